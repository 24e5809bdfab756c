"""Sound and pictures within generated content, and why there are none."""

from collections.abc import Mapping
from typing import Any

from genai_sdk.wires.error_body import ErrorBody
from genai_sdk.wires.gemini.words import FINISH_REASONS
from genai_sdk.wires.wire import FailedAnswerError


def data_parts(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the data within an answer or an event: `mimeType` and `data` in base64 of each; thoughts left out."""
    parts = [
        part
        for candidate in data.get("candidates") or ()
        for part in (candidate.get("content") or {}).get("parts") or ()
        if not part.get("thought")
    ]
    return [part["inlineData"] for part in parts if part.get("inlineData", {}).get("data")]


def refuse(data: Mapping[str, Any]) -> None:
    """See whether an answer without data says why.

    Raises:
        FailedAnswerError: A filter kept it back, or the model answered in words.
    """
    blocked = (data.get("promptFeedback") or {}).get("blockReason")
    reasons = [candidate.get("finishReason") for candidate in data.get("candidates") or ()]
    word = blocked or next((reason for reason in reasons if reason), None)
    if word is None:
        return
    if blocked or FINISH_REASONS.get(word) == "content_filter":
        raise FailedAnswerError(ErrorBody(f"a content filter kept the answer back: {word}", ("content_filter",), 400))
    # NO_IMAGE and the like: the same call brings the same, so nobody is asked again
    raise FailedAnswerError(ErrorBody(f"the answer holds no media: {word}", (str(word).lower(),), 400))
