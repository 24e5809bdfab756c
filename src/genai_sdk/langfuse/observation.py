"""Spans as Langfuse understands them: observations."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from genai_sdk.langfuse import conventions
from genai_sdk.langfuse.content import NAMES, NOTHING, PREFIXES, Sides, content_of
from genai_sdk.langfuse.conventions import OBSERVATION, OWN_SCOPES
from genai_sdk.langfuse.parameters import parameters_of, plain
from genai_sdk.langfuse.title import title_of
from genai_sdk.langfuse.usage import cost_of, counts, dollars_of, usage_of
from genai_sdk.langfuse.values import below, decode, decode_object, first, number_of, present, text_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_VERSION = 2**31 - 1


class InstrumentationScope(msgspec.Struct, frozen=True):
    """The instrumentation scope that a span was made in."""

    name: str = ""
    version: str = ""
    attributes: Mapping[str, Any] = {}


class Event(msgspec.Struct, frozen=True):
    """Something that happened during a span.

    Attributes:
        name: What.
        time: Nanoseconds since 1970, or None.
        attributes: What was told of it.
    """

    name: str
    time: int | None = None
    attributes: Mapping[str, Any] = {}


class Observation(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A span, and what Langfuse makes of its attributes.

    Langfuse's own attributes come first. Where they are silent, those of OpenTelemetry's, OpenInference's and other
    conventions speak (see `conventions`, `content` and `usage`), unless the span's scope is one that has no others. No
    attribute of whatever form makes reading fail: what cannot be what it should be counts as not told.

    Attributes:
        trace_id: 32 hexadecimal digits.
        id: 16 hexadecimal digits.
        parent_id: The parent's id, or None.
        name: Its name.
        kind: What it is to others: `client`, `server`, `internal` and the like.
        start: Nanoseconds since 1970.
        end: Nanoseconds since 1970.
        attributes: Its attributes as they were sent; arrays are lists.
        events: What happened during it.
        failed: Whether its OTel status is an error.
        status_text: The message of its OTel status.
        scope: Where it was made.
        resource: The attributes of its resource.
        arrived: When it came in.
    """

    trace_id: str
    id: str
    parent_id: str | None
    name: str
    kind: str = "unspecified"
    start: int
    end: int
    attributes: Mapping[str, Any] = {}
    events: tuple[Event, ...] = ()
    failed: bool = False
    status_text: str | None = None
    scope: InstrumentationScope = InstrumentationScope()
    resource: Mapping[str, Any] = {}
    arrived: datetime = _EPOCH

    @property
    def type(self) -> str:
        """What it is: `GENERATION`, `EMBEDDING`, `SPAN`, `TOOL` and the like."""
        return conventions.type_of(self.attributes, self.scope.name, self.name)

    @property
    def title(self) -> str:
        """What it is called where people read it."""
        return title_of(self.name, self.metadata)

    @property
    def level(self) -> str:
        """How it went: `DEBUG`, `DEFAULT`, `WARNING` or `ERROR`."""
        value = self._attribute("level")
        level = conventions.LEVELS.get(value.strip().upper()) if isinstance(value, str) else None
        return level or ("ERROR" if self.failed else "DEFAULT")

    @property
    def status_message(self) -> str | None:
        """What was said of the level; of a failed span that says nothing, the message of its exception."""
        value = text_of(self._attribute("status_message")) or self.status_text
        if value is None and self.failed:
            raised = next((each.attributes for each in self.events if each.name == "exception"), {})
            value = text_of(first(raised, ("exception.message", "exception.type")))
        return value

    @property
    def input(self) -> Any:
        """What went in; JSON is decoded."""
        value = self._attribute("input")
        return decode(self._content[0] if value is None else value)

    @property
    def output(self) -> Any:
        """What came out; JSON is decoded."""
        value = self._attribute("output")
        return decode(self._content[1] if value is None else value)

    @property
    def model(self) -> str | None:
        """The model's name."""
        return None if self._is_sum else text_of(first(self.attributes, conventions.MODEL))

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The model's parameters: text and numbers, and JSON of everything else."""
        value = decode_object(self._attribute("model.parameters"))
        if not self._is_own and (not value or self.scope.name == "ai"):
            value = parameters_of(self.attributes, self.scope.name) | value
        return plain(value)

    @property
    def usage(self) -> Mapping[str, int]:
        """Tokens by kind; Langfuse adds them up."""
        if self._is_sum:
            return {}
        value = decode(self._attribute("usage_details"))
        return counts(value if isinstance(value, dict) else {} if self._is_own else self._usage)

    @property
    def cost(self) -> Mapping[str, float]:
        """US dollars by kind; empty where unknown."""
        if self._is_sum:
            return {}
        value = decode(self._attribute("cost_details"))
        return dollars_of(value if isinstance(value, dict) else {} if self._is_own else cost_of(self.attributes))

    @property
    def is_unpriced(self) -> bool:
        """Whether a cost of 0 stands for one that nobody knows: what stood for nothing, Langfuse would guess at."""
        return self.metadata.get("cost") == "unknown" and not any(self.cost.values())

    @property
    def completion_start(self) -> str | None:
        """When the first content came, as an ISO time of UTC."""
        value = decode(self._attribute("completion_start_time"))
        try:
            if isinstance(value, str):
                when = datetime.fromisoformat(value)
                when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
            elif not self._is_own and (waited := number_of(first(self.attributes, conventions.FIRST_CHUNK))):
                when = _EPOCH + timedelta(microseconds=self.start // 1000, milliseconds=waited)
            else:
                return None
        except (OverflowError, ValueError):  # no moment, or none that the calendar has
            return None
        return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    @property
    def prompt(self) -> tuple[str, int] | None:
        """Name and version of the prompt that a generation is linked to."""
        name, version = (
            first(self.attributes, conventions.PROMPT_NAME),
            first(self.attributes, conventions.PROMPT_VERSION),
        )
        if name is None and not self._is_own:
            linked = decode_object(self.attributes.get("ai.telemetry.metadata.langfusePrompt"))
            name, version = linked.get("name"), linked.get("version")
        number = None if name is None else number_of(version)
        if number is None or not 0 < number <= _LAST_VERSION or self.type != "GENERATION":
            return None
        return text_of(name) or "", int(number)

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Its own metadata, as sent."""
        value = below(self.attributes, OBSERVATION + "metadata")
        for prefix in () if self._is_own else conventions.METADATA:
            others = below(self.attributes, prefix).items()
            value |= {key: part for key, part in others if key not in conventions.NOT_METADATA}
        return value

    @property
    def shown_attributes(self) -> Mapping[str, Any]:
        """The attributes that Langfuse shows as such: all but what it shows in places of their own."""
        return {key: part for key, part in self.attributes.items() if key not in NAMES and not key.startswith(PREFIXES)}

    @property
    def environment(self) -> str:
        """The environment; `default` where the span does not say."""
        return conventions.environment_of(self.attributes, self.resource)

    @property
    def user_id(self) -> str | None:
        """The user, if this very span says so."""
        return text_of(first(self.attributes, conventions.USER))

    @property
    def session_id(self) -> str | None:
        """The session, if this very span says so."""
        return text_of(first(self.attributes, conventions.SESSION))

    @property
    def tags(self) -> list[str]:
        """The trace's tags, if this very span says so."""
        return conventions.tags_of(self.attributes)

    @property
    def release(self) -> str | None:
        """The release, if this very span or its resource says so."""
        return text_of(self.attributes.get("langfuse.release") or self.resource.get("langfuse.release"))

    @property
    def version(self) -> str | None:
        """The version of what was observed: the span's, else its service's."""
        return text_of(self.attributes.get("langfuse.version") or self.resource.get("service.version"))

    @property
    def is_public(self) -> bool | None:
        """Whether the trace may be seen by anybody, if this very span says so."""
        value = present(self.attributes, conventions.PUBLIC)
        return None if value is None else value in (True, "true")

    @property
    def seconds(self) -> float:
        """How long it took; below 0 where it ended before it began."""
        return (self.end - self.start) / 1e9

    @property
    def _is_own(self) -> bool:
        return self.scope.name.startswith(OWN_SCOPES)

    @property
    def _is_sum(self) -> bool:
        return self.attributes.get("gen_ai.operation.name") in conventions.SUMS

    @property
    def _content(self) -> Sides:
        """What others' conventions say of input and output; nothing where Langfuse's own says either."""
        if self._is_own or self._attribute("input") is not None or self._attribute("output") is not None:
            return NOTHING
        events = [(each.name, each.attributes) for each in self.events]
        return content_of(self.attributes, events, self.scope.name)

    @property
    def _usage(self) -> Mapping[str, Any]:
        return usage_of(self.attributes, self.scope.name)

    def _attribute(self, name: str) -> Any:
        return self.attributes.get(OBSERVATION + name)


def fits(each: Observation, name: str | None, kind: str | None, attributes: Mapping[str, Any] | None) -> bool:
    """Whether an observation has this name, type and these attributes; what is None counts for nothing."""
    return (
        name in (None, each.name)
        and (kind is None or kind.upper() == each.type)
        and all(each.attributes.get(key) == wanted for key, wanted in (attributes or {}).items())
    )
