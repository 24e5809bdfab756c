"""From the events of streamGenerateContent to chunks in OpenAI's shape."""

from collections.abc import Mapping
from typing import Any

from genai_sdk.types import ChatCompletionChunk, ChunkChoice, Delta
from genai_sdk.wires.chunks import ChatParser
from genai_sdk.wires.gemini.answer import extras_of, finish_of, head_of
from genai_sdk.wires.gemini.citations import annotations_of, searches_of
from genai_sdk.wires.gemini.content import Content
from genai_sdk.wires.gemini.logprobs import logprobs_of
from genai_sdk.wires.gemini.usage import tier_of, usage_of
from genai_sdk.wires.unknown import Notice, ignore

_HEAD = frozenset({"candidates", "usageMetadata", "modelVersion", "responseId"})
_USUAL = frozenset({"content", "index", "finishReason", "logprobsResult"})


_SPOKEN = frozenset({"content", "index"})
_NOTHING: Mapping[str, Any] = {}


class GeminiParser(ChatParser):
    """The `Parser` of one stream; a text of one candidate, which nearly every event is, takes the short way.

    Args:
        model: The model that was asked, for events that do not name theirs.
        notice: Is told of words that no row names.
    """

    def __init__(self, model: str, notice: Notice = ignore) -> None:
        self._model = model
        self._events = Events(model, notice)
        super().__init__(self._events)

    def read(self, event: dict[str, Any]) -> ChatCompletionChunk | None:
        """Return an event as a chunk; None if it says nothing."""
        part = _only_text(event)
        if part is None or not self._events.speaks(part, event):
            return super().read(event)
        self._began = True
        return ChatCompletionChunk(
            id=event.get("responseId") or "",
            model=event.get("modelVersion") or self._model,
            choices=(ChunkChoice(delta=Delta(content=part["text"])),),
        )


def _only_text(event: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the part that an event brings, if that is a text and there is nothing else in the event."""
    candidates = event.get("candidates")
    if type(candidates) is not list or len(candidates) != 1 or not event.keys() <= _HEAD:
        return None
    candidate: dict[str, Any] = candidates[0]
    if not candidate.keys() <= _SPOKEN or candidate.get("index"):
        return None
    parts = (candidate.get("content") or _NOTHING).get("parts")
    if type(parts) is not list or len(parts) != 1 or len(parts[0]) != 1:
        return None
    part: dict[str, Any] = parts[0]
    text = part.get("text")
    return part if type(text) is str and text else None


class Events:
    """Reads one stream.

    Args:
        model: The model that was asked, for events that do not name theirs.
        notice: Is told of words that no row names.
    """

    def __init__(self, model: str, notice: Notice = ignore) -> None:
        self._model = model
        self._notice = notice
        self._candidates: dict[int, _Candidate] = {}
        self._counts: Any = None

    def __call__(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return an event as a chunk; one without choices says nothing to the caller.

        Raises:
            MalformedError: It ends an empty answer without saying why.
        """
        choices = []
        for item in event.get("candidates") or ():
            index = item.get("index") or 0
            candidate = self._candidates.get(index)
            if candidate is None:
                candidate = self._candidates[index] = _Candidate(index, self._notice)
            if (choice := candidate.read(item)) is not None:
                choices.append(choice)
        if event.keys() <= _HEAD:
            chunk: dict[str, Any] = {
                "id": event.get("responseId") or "",
                "model": event.get("modelVersion") or self._model,
            }
        else:
            chunk = head_of(event, self._model)
        chunk["choices"] = choices
        # Every event counts anew; only the last counts are read, since reading takes longer than the rest.
        if "usageMetadata" in event:
            self._counts = event["usageMetadata"]
            if any(candidate.ended for candidate in self._candidates.values()):
                self._count(self._counts, chunk)
        return chunk

    @property
    def usage(self) -> dict[str, Any] | None:
        """The tokens that were reported so far, in OpenAI's shape."""
        return usage_of(self._counts)

    def speaks(self, part: dict[str, Any], event: Mapping[str, Any]) -> bool:
        """Take in a text of the one candidate there is; False, and nothing taken, if there are others or it ended."""
        candidates = self._candidates
        candidate = candidates.get(0)
        if candidate is None:
            if candidates:
                return False
            candidate = candidates[0] = _Candidate(0, self._notice)
        if len(candidates) != 1 or not candidate.speaks(part):
            return False
        if "usageMetadata" in event:
            self._counts = event["usageMetadata"]
        return True

    def _count(self, counts: Any, chunk: dict[str, Any]) -> None:
        searches = sum(searches_of(candidate.facts) for candidate in self._candidates.values())
        if (usage := usage_of(counts, searches, self._notice)) is not None:
            chunk["usage"] = usage
        if (tier := tier_of(counts)) is not None:
            chunk["service_tier"] = tier


class _Candidate:
    """What is known of one candidate.

    Attributes:
        ended: Whether it has its finish reason.
        facts: What it brought beside its content: of each the last, and all citations.
    """

    def __init__(self, index: int, notice: Notice) -> None:
        self.ended = False
        self.facts: dict[str, Any] = {}
        self._index = index
        self._annotated = 0
        self._content = Content(notice)

    def speaks(self, part: dict[str, Any]) -> bool:
        """Take in a text; False, and nothing taken, if it ended."""
        if self.ended:
            return False
        self._content.speak(part)
        return True

    def read(self, item: dict[str, Any]) -> dict[str, Any] | None:
        """Return what a candidate of an event adds to the choice, or None if it is nothing."""
        parts = (item.get("content") or {}).get("parts")
        delta = self._content.add(parts) if parts else {}
        choice: dict[str, Any] = {"index": self._index, "delta": delta}
        if not item.keys() <= _USUAL:
            self._learn(item)
        if "logprobsResult" in item and (logprobs := logprobs_of(item["logprobsResult"])) is not None:
            choice["logprobs"] = logprobs
        word = item.get("finishReason")
        if word and not self.ended:
            for name, made in self._content.close().items():
                delta[name] = delta[name] + made if name == "tool_calls" and name in delta else made
            choice.update(finish_of(word, self._content))
            self.ended = True
            choice.update(extras_of(self.facts))
        elif self.ended:
            choice.update(extras_of(item))  # facts that come late, beside those that were given out
        if self.ended and self.facts:
            annotations = annotations_of(self.facts, self._content.texts)
            if len(annotations) > self._annotated:
                delta["annotations"] = annotations[self._annotated :]
                self._annotated = len(annotations)
        return choice

    def _learn(self, item: Mapping[str, Any]) -> None:
        for name, fact in item.items():
            if name in _USUAL or not fact:
                continue
            if name == "citationMetadata" and name in self.facts:
                cited = [*(self.facts[name].get("citations") or ()), *(fact.get("citations") or ())]
                self.facts[name] = {**fact, "citations": cited}
            elif name == "groundingMetadata" and name in self.facts:
                self.facts[name] = {**self.facts[name], **{key: part for key, part in fact.items() if part}}
            else:
                self.facts[name] = fact
