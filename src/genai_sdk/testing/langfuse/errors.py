"""A fake Langfuse's refusals as responses, and outages on order."""

from collections.abc import Mapping
from http import HTTPStatus

from genai_sdk.langfuse.errors import WRONG_KEYS, ApiError
from genai_sdk.testing.answer import Answer, json_answer
from genai_sdk.testing.steps import Status

_WORDS: Mapping[int, str] = {
    401: WRONG_KEYS,
    413: "Body exceeded 4.5mb limit",
    429: "Rate limit exceeded",
    500: "Internal Server Error",
}
_NO_PAGE = b"<!DOCTYPE html><html><head><title>404: This page could not be found</title></head><body></body></html>"


def refused(error: ApiError) -> Answer:
    """Answer with a refusal."""
    return json_answer(error.body(), error.status)


def outage(step: Status) -> Answer:
    """Answer with a status that was ordered, in Langfuse's words where it has some."""
    phrase = next((known.phrase for known in HTTPStatus if known == step.code), "Unknown error")
    message = step.message or _WORDS.get(step.code, phrase)
    wait = {} if step.retry_after is None else {"retry-after": f"{step.retry_after:g}"}
    return refused(ApiError(step.code, message)).with_headers(wait)


def no_page() -> Answer:
    """Answer as Langfuse's web server does on a path that it does not know."""
    return Answer(404, {"content-type": "text/html; charset=utf-8"}, _NO_PAGE)
