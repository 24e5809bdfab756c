"""Spans as Langfuse understands them: observations, and the traces they make up."""

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
        return _text(self._told("model.name"))

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
        return _text(decode(self._told("completion_start_time")))

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
        return _text(self.attributes.get("user.id"))

    @property
    def session_id(self) -> str | None:
        """The session, if this very span says so."""
        return _text(self.attributes.get("session.id"))

    @property
    def tags(self) -> list[str]:
        """The trace's tags, if this very span says so."""
        return list(self.attributes.get(_TRACE + "tags") or ())

    @property
    def release(self) -> str | None:
        """The release, if this very span says so."""
        return _text(self.attributes.get("langfuse.release"))

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.end - self.start) / 1e9

    def _told(self, name: str) -> Any:
        return self.attributes.get(_OBSERVATION + name)


class Trace(msgspec.Struct, frozen=True, eq=False):
    """The observations with one trace id.

    What a trace says of itself is what its spans say: the root first, then the others in the order they began.

    Attributes:
        id: 32 hexadecimal digits.
        observations: In the order they began.
    """

    id: str
    observations: tuple[Observation, ...]

    @property
    def root(self) -> Observation:
        """The observation that is part of no other one here."""
        ids = {each.id for each in self.observations}
        return next((each for each in self.observations if each.parent_id not in ids), self.observations[0])

    @property
    def name(self) -> str:
        """The trace's name, by default that of its root."""
        return str(self._told(_TRACE + "name") or self.root.name)

    @property
    def user_id(self) -> str | None:
        """The user."""
        return _text(self._told("user.id"))

    @property
    def session_id(self) -> str | None:
        """The session."""
        return _text(self._told("session.id"))

    @property
    def tags(self) -> list[str]:
        """Every span's tags, sorted."""
        return sorted({tag for each in self.observations for tag in each.tags})

    @property
    def environment(self) -> str:
        """The root's environment."""
        return self.root.environment

    @property
    def release(self) -> str | None:
        """The release."""
        return _text(self._told("langfuse.release"))

    @property
    def metadata(self) -> Mapping[str, Any]:
        """The trace's metadata with that of its root."""
        spans = [below(each.attributes, _TRACE + "metadata") for each in self._in_order()]
        return {**self.root.metadata, **{key: part for span in reversed(spans) for key, part in span.items()}}

    @property
    def input(self) -> Any:
        """What went in: the trace's own input, else its root's."""
        told = self._told(_TRACE + "input")
        return self.root.input if told is None else decode(told)

    @property
    def output(self) -> Any:
        """What came out: the trace's own output, else its root's."""
        told = self._told(_TRACE + "output")
        return self.root.output if told is None else decode(told)

    @property
    def cost(self) -> float:
        """US dollars in all, as far as they are known."""
        return sum(each.cost.get("total", sum(each.cost.values())) for each in self.observations)

    @property
    def seconds(self) -> float:
        """From the first start to the last end."""
        return (max(each.end for each in self.observations) - min(each.start for each in self.observations)) / 1e9

    def children(self, parent: Observation) -> tuple[Observation, ...]:
        """Return the direct children of an observation, in the order they began."""
        return tuple(each for each in self.observations if each.parent_id == parent.id)

    def find(
        self,
        name: str | None = None,
        *,
        type: str | None = None,  # noqa: A002 - Langfuse's name
        attributes: Mapping[str, Any] | None = None,
    ) -> tuple[Observation, ...]:
        """Return the observations of this name, type and these attributes."""
        return tuple(each for each in self.observations if fits(each, name, type, attributes))

    def __str__(self) -> str:
        from genai_sdk.testing.langfuse.tree import draw  # it draws what is defined here

        return draw(self)

    def _in_order(self) -> list[Observation]:
        root = self.root
        return [root, *(each for each in self.observations if each is not root)]

    def _told(self, attribute: str) -> Any:
        return next((each.attributes[attribute] for each in self._in_order() if each.attributes.get(attribute)), None)


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


def _text(told: Any) -> str | None:
    return None if told is None else str(told)


def decode(text: Any) -> Any:
    """Decode JSON; what is none stays as it is."""
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
