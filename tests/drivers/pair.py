"""Both drivers side by side: what each sends for a call, and what comes of it."""

from collections.abc import Mapping
from typing import Any

import msgspec
from tests.drivers.stage import HELLO, Face, Messages, Stage

from genai_sdk.errors import ProviderError
from genai_sdk.testing import Step

# What the drivers leave to the transport, and what differs from one call to the next.
ASIDE = frozenset({"connection", "content-length", "host"})


class Sent(msgspec.Struct):
    """What of a request matters."""

    path: str
    query: Mapping[str, str]
    headers: dict[str, str]
    body: Any


class Pair:
    """Both drivers by the same face."""

    def __init__(self, stage: Stage, litellm: Face, direct: Face) -> None:
        self._stage = stage
        self._faces = (litellm, direct)

    def ask(self, name: str, messages: Messages = HELLO, *, stream: bool = False, step: Step | None = None, model=None,
            **options: Any) -> list[tuple[Sent | None, Any]]:  # fmt: skip
        """Make a call through both; returns what each sent and what came of it."""
        told = []
        for face in self._faces:
            self._stage.fake.clear()
            if step is not None:
                self._stage.fake.script(step)
            deployment = self._stage.deployment(name, model, headers={"X-Team": "red"})
            try:
                if stream:
                    chunks, ident = face.stream(deployment, messages, **options)
                    came: Any = ([plain(chunk) for chunk in chunks], ident)
                    if name == "responses":
                        came = ([without_head(chunk) for chunk in came[0]], ident)
                else:
                    reply = face.complete(deployment, messages, **options)
                    came = (without_indexes(plain(reply.value)), reply.request_id)
                    if name == "responses":  # whose own word for the end litellm does not keep
                        came[0]["choices"][0].pop("native_finish_reason", None)
            except ProviderError as error:
                came = facts(error)
            told.append((self._sent(), self._numberless(came)))
        return told

    def embed(self, name: str, texts: Any, model: str, step: Step | None = None, **options: Any) -> list[Any]:
        """Make an embedding call through both."""
        told = []
        for face in self._faces:
            self._stage.fake.clear()
            if step is not None:
                self._stage.fake.script(step, operation="embedding")
            try:
                reply = face.embed(self._stage.deployment(name, model), texts, **options)
                came: Any = (plain(reply.value), reply.request_id)
            except ProviderError as error:
                came = facts(error)
            told.append((self._sent(), self._numberless(came)))
        return told

    def _numberless(self, came: Any) -> Any:
        """Return what came without the number that the fake gives to each request."""
        if not len(self._stage.fake.journal):
            return came
        number = self._stage.fake.journal[-1].request_id.removeprefix("req_")

        def without(item: Any) -> Any:
            if isinstance(item, str):
                return item.replace(number, "N")
            if isinstance(item, dict):
                return {name: without(part) for name, part in item.items()}
            return [without(part) for part in item] if isinstance(item, list | tuple) else item

        return without(came)

    def _sent(self) -> Sent | None:
        if not len(self._stage.fake.journal):
            return None
        entry = self._stage.fake.journal[-1]
        headers = {name: item for name, item in entry.headers.items() if name not in ASIDE}
        body = entry.body
        if body.get("stream") is False:  # litellm says so over /responses, where it is the default
            del body["stream"]
        return Sent(entry.path, entry.query, headers, body)


def plain(value: Any) -> Any:
    """Return an answer without nulls, and what litellm puts aside of the provider's where the provider put it."""
    return bare(value.model_dump())


def bare(item: Any) -> Any:
    if isinstance(item, dict):
        made = {name: bare(part) for name, part in {**item.pop("provider_specific_fields", {}), **item}.items()}
        return {name: part for name, part in made.items() if part is not None and part not in ({}, [])}
    return [bare(part) for part in item] if isinstance(item, list | tuple) else item


def without_head(chunk: dict[str, Any]) -> dict[str, Any]:
    """Return a chunk of a response without what litellm does not take from it: model, time and role.

    litellm also puts an empty text where there is none.
    """
    for choice in chunk.get("choices", ()):
        choice.pop("native_finish_reason", None)
        delta = choice.pop("delta", {})
        choice["delta"] = {name: item for name, item in delta.items() if name != "role" and item != ""}
    return {name: item for name, item in chunk.items() if name not in ("model", "created")}


def without_indexes(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without the numbers that litellm gives to the calls of tools in whole responses."""
    for choice in answer["choices"]:
        for call in choice["message"].get("tool_calls", ()):
            call.pop("index", None)
    return answer


def facts(error: ProviderError) -> dict[str, Any]:
    names = ("message", "provider", "connection", "model", "status_code", "retry_after", "reason")
    return {"kind": type(error), **{name: getattr(error, name) for name in names}}


def same(told: list[tuple[Any, Any]]) -> tuple[Any, Any]:
    """Assert that both did the same, and return it."""
    (sent, came), (sent_directly, came_directly) = told
    assert sent_directly == sent
    assert came_directly == came
    return sent, came
