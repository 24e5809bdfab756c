"""A request as it came, and what it asks for in no vendor's words."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Optional

import msgspec

if TYPE_CHECKING:
    from genai_sdk.testing.batches import FakeBatches
    from genai_sdk.testing.files import FakeFiles


class Request(msgspec.Struct, frozen=True):
    """An HTTP request.

    Attributes:
        method: The method.
        target: Path and query as sent.
        path: The path as sent, still percent-encoded.
        query: The query's parameters, decoded.
        headers: The headers, names in lower case.
        body: The body.
        connection: Which TCP connection it came over, counted from 1.
    """

    method: str
    target: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    connection: int = 0

    def json(self) -> Any:
        """Decode the body; None if it is not JSON, or nested too deep to be read."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


class Tool(msgspec.Struct, frozen=True):
    """A tool that the model may call, with the JSON schema of its arguments."""

    name: str
    schema: Mapping[str, Any] = {}


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """What a request asks for.

    Attributes:
        operation: chat, embedding, speech, transcription and the like, models, token or unknown.
        model: The model or deployment, or an empty string.
        body: The decoded JSON body, or the fields of a form.
        stream: Whether the answer is to be streamed.
        texts: Every text sent, in order; their words are the prompt's tokens.
        last: The text of the last user message.
        tools: The tools that may be called.
        forced: The tool that must be called, or None.
        schema: The JSON schema asked for; an empty one asks for any object, None for text.
        dimensions: The length asked of embeddings, or None.
        count: How many answers are asked for.
        served: The models that the fake was told to serve.
        request_id: The id that the response will carry.
        batches: The batches of the fake that is called.
        files: The files of the fake that is called.
    """

    operation: str = "chat"
    model: str = ""
    body: Mapping[str, Any] = {}
    stream: bool = False
    texts: Sequence[str] = ()
    last: str = ""
    tools: Sequence[Tool] = ()
    forced: str | None = None
    schema: Mapping[str, Any] | None = None
    dimensions: int | None = None
    count: int = 1
    served: Sequence[str] = ()
    request_id: str = ""
    batches: Optional["FakeBatches"] = None
    files: Optional["FakeFiles"] = None


class WrongRequestError(Exception):
    """A request that the vendor would refuse for its form.

    Args:
        message: The vendor's text, or None for that of the row.
        kind: The row of the wire's errors.
    """

    def __init__(self, message: str | None = None, kind: str = "bad_request") -> None:
        super().__init__(message)
        self.message = message
        self.kind = kind


def text_of(content: Any) -> str:
    """Read the text of message content: a string, a part, or a list of parts; anything else has none."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return " ".join(text for text in map(text_of, content) if text)
    if isinstance(content, dict):
        inner = content.get("text", content.get("content", content.get("parts")))
        return text_of(inner)
    return ""


def last_of(messages: Sequence[Any]) -> str:
    """Return the text of the last user message; Google's may leave the role out."""
    for message in reversed(messages):
        if isinstance(message, dict) and message.get("role", "user" if "parts" in message else None) == "user":
            return text_of(message)
    return ""
