"""Spans as Langfuse understands them: observations."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

_OBSERVATION = "langfuse.observation."
_TRACE = "langfuse.trace."


class Scope(msgspec.Struct, frozen=True):
    """The instrumentation scope that a span was made in."""

    name: str = ""
    version: str = ""
    attributes: Mapping[str, Any] = {}


class Observation(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A span, and what Langfuse makes of its attributes.

    Attributes:
        trace_id: 32 hexadecimal digits.
        id: 16 hexadecimal digits.
        parent_id: The parent's id, or None.
        name: Its name.
        start: Nanoseconds since 1970.
        end: Nanoseconds since 1970.
        attributes: Its attributes as they were sent; arrays are lists.
        failed: Whether its OTel status is an error.
        said: The message of its OTel status.
        scope: Where it was made.
        resource: The attributes of its resource.
        arrived: When it came in.
    """

    trace_id: str
    id: str
    parent_id: str | None
    name: str
    start: int
    end: int
    attributes: Mapping[str, Any] = {}
    failed: bool = False
    said: str | None = None
    scope: Scope = Scope()
    resource: Mapping[str, Any] = {}
    arrived: datetime = datetime.fromtimestamp(0, UTC)

    @property
    def type(self) -> str:
        """What it is: `GENERATION`, `EMBEDDING`, `SPAN`, `TOOL` and the like."""
        return str(self._told("type") or "span").upper()

    @property
    def level(self) -> str:
        """How it went: `DEBUG`, `DEFAULT`, `WARNING` or `ERROR`."""
        return str(self._told("level") or ("ERROR" if self.failed else "DEFAULT"))

    @property
    def status_message(self) -> str | None:
        """What was said of the level."""
        told = self._told("status_message")
        return self.said if told is None else str(told)

    @property
    def input(self) -> Any:
        """What went in; JSON is decoded."""
        return decode(self._told("input"))

    @property
    def output(self) -> Any:
        """What came out; JSON is decoded."""
        return decode(self._told("output"))

    @property
    def model(self) -> str | None:
        """The model's name."""
        return text_of(self._told("model.name"))

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The model's parameters."""
        return decode(self._told("model.parameters")) or {}

    @property
    def usage(self) -> Mapping[str, int]:
        """Tokens by kind; Langfuse adds them up."""
        return decode(self._told("usage_details")) or {}

    @property
    def cost(self) -> Mapping[str, float]:
        """US dollars by kind; empty where unknown."""
        return decode(self._told("cost_details")) or {}

    @property
    def completion_start(self) -> str | None:
        """When the first content came, as an ISO time."""
        return text_of(decode(self._told("completion_start_time")))

    @property
    def prompt(self) -> tuple[str, int] | None:
        """Name and version of the prompt it is linked to."""
        name, version = self._told("prompt.name"), self._told("prompt.version")
        return None if name is None or version is None else (str(name), int(version))

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Its own metadata, as sent."""
        return below(self.attributes, _OBSERVATION + "metadata")

    @property
    def environment(self) -> str:
        """The environment; `default` where the span does not say."""
        return str(self.attributes.get("langfuse.environment") or "default")

    @property
    def user_id(self) -> str | None:
        """The user, if this very span says so."""
        return text_of(self.attributes.get("user.id"))

    @property
    def session_id(self) -> str | None:
        """The session, if this very span says so."""
        return text_of(self.attributes.get("session.id"))

    @property
    def tags(self) -> list[str]:
        """The trace's tags, if this very span says so."""
        return list(self.attributes.get(_TRACE + "tags") or ())

    @property
    def release(self) -> str | None:
        """The release, if this very span says so."""
        return text_of(self.attributes.get("langfuse.release"))

    @property
    def version(self) -> str | None:
        """The version of what was observed, if this very span says so."""
        return text_of(self.attributes.get("langfuse.version"))

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.end - self.start) / 1e9

    def _told(self, name: str) -> Any:
        return self.attributes.get(_OBSERVATION + name)


def fits(each: Observation, name: str | None, kind: str | None, attributes: Mapping[str, Any] | None) -> bool:
    """Whether an observation has this name, type and these attributes; what is None counts for nothing."""
    return (
        name in (None, each.name)
        and (kind is None or kind.upper() == each.type)
        and all(each.attributes.get(key) == wanted for key, wanted in (attributes or {}).items())
    )


def below(attributes: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Return the attributes `prefix.name` by name, with those of a JSON object that `prefix` itself may hold."""
    whole = decode(attributes.get(prefix))
    named = {key[len(prefix) + 1 :]: part for key, part in attributes.items() if key.startswith(prefix + ".")}
    return {**(whole if isinstance(whole, dict) else {}), **named}


def text_of(told: Any) -> str | None:
    """Return what was told as text, or None."""
    return None if told is None else str(told)


def decode(text: Any) -> Any:
    """Decode JSON; what is none stays as it is."""
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
