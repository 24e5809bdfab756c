"""From the events of a streamed response to chunks in chat's shape.

https://platform.openai.com/docs/api-reference/responses-streaming. Texts and arguments are shown as they come; what
came in no piece is shown when it is whole, at the latest with the response at the end: some servers send it only then.
"""

from collections.abc import Mapping
from typing import Any

from genai_sdk.types import ChatCompletionChunk, ChunkChoice, Delta
from genai_sdk.wires.chunks import UNKNOWN_EVENTS, ChatParser, moment
from genai_sdk.wires.openai.responses.answer import (
    Item,
    call_of,
    finish_fields,
    input_of,
    is_call,
    kept_fields,
    logprobs_of,
    message_of,
    shifted,
)
from genai_sdk.wires.openai.responses.usage import usage_of
from genai_sdk.wires.openai.responses.words import ARGUMENTS, AUDIO, EVENTS, TEXTS, Piece
from genai_sdk.wires.unknown import Notice, ignore
from genai_sdk.wires.wire import MalformedError

Event = Mapping[str, Any]

_TEXT_DELTA = "response.output_text.delta"
_TEXT = TEXTS[_TEXT_DELTA]
_SHOWN = frozenset({"role", "content", "refusal", "reasoning_content", "tool_calls", "annotations"})


class ResponsesParser(ChatParser):
    """The `Parser` of one stream; a piece of text, which nearly every event is, takes the short way.

    Args:
        model: The model asked, for a response that names none.
        notice: Is told of words that no row names.
    """

    def __init__(self, model: str, notice: Notice = ignore) -> None:
        self._events = Events(model, notice)
        super().__init__(self._events)

    def read(self, event: dict[str, Any]) -> ChatCompletionChunk | None:
        """Return an event as a chunk; None if it says nothing."""
        text = event.get("delta")
        if event.get("type") == _TEXT_DELTA and text and type(text) is str and not event.get("logprobs"):
            self._began = True
            head = self._events.head
            self._events.note(_TEXT, event, text)
            delta = ChunkChoice(delta=Delta(content=text))
            return ChatCompletionChunk(
                id=head.get("id", ""),
                created=head.get("created", 0),
                model=head["model"],
                choices=(delta,),
                model_extra=dict(self._events.extra),
            )
        return super().read(event)


class _Call:
    """A call of a tool, as far as it was shown."""

    def __init__(self, index: int) -> None:
        self.index = index
        self.id: str | None = None
        self.arguments = ""
        self.whole = False


class Events:
    """Reads the events of one stream.

    Args:
        model: The model asked, for a response that names none.
        notice: Is told of words that no row names.

    Attributes:
        head: What every chunk begins with.
        extra: What every chunk says beside that.
        done: Whether the response has ended, whatever the server does with its socket.
    """

    def __init__(self, model: str, notice: Notice = ignore) -> None:
        self._notice = notice
        self.head: dict[str, Any] = {"model": model}
        self.extra: dict[str, Any] = {}
        self.done = False
        self._shown: dict[str, list[str]] = {}  # by the message's field
        self._lengths: dict[tuple[str, int, int], int] = {}  # by source, item and part
        self._calls: dict[Any, _Call] = {}  # by their place among all items
        self._items: dict[Any, Item] = {}
        self._notes = 0
        self._logprobs = 0

    def __call__(self, event: Event) -> dict[str, Any]:
        """Return an event as a chunk, one without choices if it says nothing.

        Raises:
            MalformedError: The response failed and says no reason.
        """
        match EVENTS.get(event.get("type", "")):
            case "text":
                return self._text(event)
            case "arguments":
                return self._arguments(event)
            case "item":
                return self._item(event)
            case "annotation":
                return self._annotation(event)
            case "audio":
                return self._chunk({"audio": {AUDIO[event["type"]]: event["delta"]}})
            case "image":
                names = ("partial_image_b64", "partial_image_index")
                return self._chunk({name: event[name] for name in names if name in event})
            case "open":
                self._open(event["response"])
                return self._chunk({"role": "assistant", "content": ""})
            case "end":
                return self._end(event["response"])
            case "failed":
                raise MalformedError("an event that it failed, for no reason given")
            case "left out":
                return {}
        self._notice("event", event.get("type"))
        match event:
            case {"response": {"status": "completed" | "incomplete"} as response}:  # whatever the end is called
                return self._end(response)
        return self._chunk({UNKNOWN_EVENTS: [event]})

    def note(self, piece: Piece, event: Event, text: str) -> None:
        """Take note of a piece of text that is shown."""
        key = piece.source, event.get("output_index") or 0, event.get(piece.index) or 0
        self._lengths[key] = self._lengths.get(key, 0) + len(text)
        self._shown.setdefault(piece.field, []).append(text)

    def _text(self, event: Event) -> dict[str, Any]:
        piece = TEXTS[event["type"]]
        text = event.get(piece.text) or ""
        key = piece.source, event.get("output_index") or 0, event.get(piece.index) or 0
        if piece.whole:
            text = text[self._lengths.get(key, 0) :]
        if not text:
            return {}
        if piece.field == "reasoning_content" and key not in self._lengths and self._shown.get(piece.field):
            self._shown[piece.field].append(" ")
            shown = " " + text
        else:
            shown = text
        self.note(piece, event, text)
        logprobs = () if piece.whole else event.get("logprobs") or ()
        if not logprobs:
            return self._chunk({piece.field: shown})
        self._logprobs += len(logprobs)
        return self._chunk({piece.field: shown}, logprobs={"content": list(logprobs)})

    def _arguments(self, event: Event) -> dict[str, Any]:
        field, whole = ARGUMENTS[event["type"]]
        call = self._call(event.get("output_index", event.get("item_id")))
        text = event.get(field) or ""
        if whole:
            text = text[len(call.arguments) :]
        call.arguments += text
        return self._calling({"index": call.index, "function": {"arguments": text}}) if text else {}

    def _item(self, event: Event) -> dict[str, Any]:
        item = event.get("item") or {}
        place = event.get("output_index", item.get("id"))
        if event["type"].endswith(".done"):
            self._items[place] = item
            return self._calling(*self._whole_call(place, item)) if is_call(item) else {}
        if not is_call(item):
            return {}
        call = self._call(place)
        call.id = call_of(item)["id"]
        opened = call_of({**item, "arguments": "", "input": ""})
        opened.pop("custom", None)  # it comes when it is whole
        opened["function"]["arguments"] = ""
        return self._calling({"index": call.index, **opened})

    def _call(self, place: Any) -> _Call:
        return self._calls.setdefault(place, _Call(len(self._calls)))

    def _whole_call(self, place: Any, item: Item) -> list[dict[str, Any]]:
        """Return what was not yet shown of a call that is whole."""
        call = self._call(place)
        if call.whole:
            return []
        call.whole = True
        tool_call, arguments = call_of(item), input_of(item)
        rest = arguments[len(call.arguments) :] if arguments.startswith(call.arguments) else ""
        call.arguments += rest
        if call.id is None:
            call.id = tool_call["id"]
            return [{"index": call.index, **tool_call, "function": {**tool_call["function"], "arguments": rest}}]
        if rest or tool_call["type"] == "custom":
            more = {name: tool_call[name] for name in ("type", "custom") if tool_call["type"] == "custom"}
            return [{"index": call.index, **more, "function": {"arguments": rest}}]
        return []

    def _annotation(self, event: Event) -> dict[str, Any]:
        place = event.get("output_index") or 0, event.get("content_index") or 0
        lengths = (
            length for (source, *at), length in self._lengths.items() if source == "output_text" and (*at,) < place
        )
        self._notes += 1
        return self._chunk({"annotations": [shifted(event["annotation"], sum(lengths))]})

    def _open(self, response: Event) -> None:
        if (created := response.get("created_at")) is not None:
            self.head["created"] = moment(created)  # openai 3.x declares it as a float
        self.head.update((name, str(response[name])) for name in ("id", "model") if response.get(name) is not None)
        tier = response.get("service_tier")
        if isinstance(tier, str) and tier:
            self.extra["service_tier"] = tier

    def _end(self, response: Event) -> dict[str, Any]:
        """Return the last chunk: all of the answer that was not yet shown, and why it ended."""
        self.done = True
        self._open(response)
        output = response.get("output") or [*self._items.values()]
        message = message_of(output, self._notice)
        delta = {name: item for name, item in message.items() if name not in _SHOWN}
        for field in ("content", "refusal", "reasoning_content"):
            whole, shown = message.get(field) or "", "".join(self._shown.get(field, ()))
            if len(whole) > len(shown) and whole.startswith(shown):
                delta[field] = whole[len(shown) :]
        if notes := message.get("annotations", [])[self._notes :]:
            delta["annotations"] = notes
        if calls := self._missing_calls(output):
            delta["tool_calls"] = calls
        more = finish_fields(response, self._notice, has_calls=bool(self._calls))
        if logprobs := logprobs_of(output)[self._logprobs :]:
            more["logprobs"] = {"content": logprobs}
        usage = usage_of(response, output, self._notice)
        chunk = {**self._chunk(delta, **more), **kept_fields(response)}
        return {**chunk, "usage": usage} if usage else chunk

    def _missing_calls(self, output: list[Item]) -> list[dict[str, Any]]:
        places = {call.id: place for place, call in self._calls.items() if call.id}
        made: list[dict[str, Any]] = []
        for index, item in enumerate(output):
            if is_call(item):
                made += self._whole_call(places.get(call_of(item)["id"], index), item)
        return made

    def _calling(self, *calls: dict[str, Any]) -> dict[str, Any]:
        return self._chunk({"tool_calls": list(calls)}) if calls else {}

    def _chunk(self, delta: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {**self.head, **self.extra, "choices": [{"index": 0, "delta": delta, **more}]}
