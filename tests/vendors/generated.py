"""Valid answers made up for every wire, the same for the same number, and the streams that say the same."""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from tests.wires.anthropic import cases as anthropic
from tests.wires.converse import test_answer as converse
from tests.wires.gemini import test_answer as gemini
from tests.wires.responses import cases as responses

Fields = dict[str, Any]

WORDS = (
    "Hello", " ", "the answer", "\n\n", "가나다", "é", "👍🏽", '"quoted"', "back\\slash", "<b>", "\u2028", "data: x",
    "{", "}", "[DONE]", "\t", "0.5", "event: error",
)  # fmt: skip
SIGNATURE = "RXFRQkNrWUlDeGdDS2tB"
PICTURE = "iVBORw0KGgoAAAANSUhEUg=="


class Draw:
    """Draws what an answer holds.

    Args:
        wire: The wire's name, which the numbers of others do not depend on.
        number: Which of its answers it is.
    """

    def __init__(self, wire: str, number: int) -> None:
        self._random = Random(f"{wire} {number}")
        self._numbers = 0

    def some(self, low: int, high: int) -> int:
        """Return a number from low to high."""
        return self._random.randint(low, high)

    def maybe(self, chance: float = 0.5) -> bool:
        """Return whether something is there."""
        return self._random.random() < chance

    def one(self, *items: Any) -> Any:
        """Return one of some things."""
        return self._random.choice(items)

    def words(self) -> str:
        """Return a text that is not blank."""
        return "".join(["w", *(self.one(*WORDS) for _ in range(self.some(1, 8)))])

    def ident(self, prefix: str) -> str:
        """Return an id that no other thing has."""
        self._numbers += 1
        return f"{prefix}_{self._numbers}{self.some(100, 999)}"

    def tokens(self) -> int:
        """Return a count that is not likely to stand elsewhere by chance."""
        return self.some(10_001, 99_999)

    def given(self) -> Fields:
        """Return what a tool is called with."""
        names = ("city", "도시", "n", "list", "deep", "none")
        made: Fields = {}
        for name in names[: self.some(0, len(names))]:
            made[name] = self.one(self.words(), self.some(0, 9), 0.25, True, [self.words(), {}], {"a": {"b": []}})
        return made

    def cut(self, text: str) -> list[str]:
        """Cut a text into one to five pieces, some of them empty."""
        places = sorted(self.some(0, len(text)) for _ in range(self.some(0, 4)))
        return [text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True)]


def chat(draw: Draw) -> tuple[Fields, list[Fields]]:
    """Return a completion of OpenAI's, and its chunks."""
    choices = [_choice(draw, index) for index in range(draw.one(1, 1, 1, 2))]
    head = {"id": draw.ident("chatcmpl"), "created": 1_790_000_001, "model": "gpt-6.1-sol"}
    if draw.maybe():
        head |= {"service_tier": draw.one("default", "flex", "priority"), "system_fingerprint": "fp_1"}
    whole = {**head, "object": "chat.completion", "choices": choices, "usage": _chat_usage(draw)}
    head["object"] = "chat.completion.chunk"
    pieces = [list(_chunks(draw, choice)) for choice in choices]
    events = [{**head, "choices": [piece], "usage": None} for piece in _mixed(draw, pieces)]
    if draw.maybe():
        events = [{**event, "obfuscation": "x" * draw.some(0, 9)} for event in events]
    return whole, [*events, {**head, "choices": [], "usage": whole["usage"]}]


def _choice(draw: Draw, index: int) -> Fields:
    message: Fields = {"role": "assistant", "content": None, "refusal": None}
    kind = draw.one("text", "text", "calls", "both", "refusal", "cut", "audio")
    if kind in ("text", "both", "cut"):
        message["content"] = draw.words()
    if kind == "refusal":
        message["refusal"] = draw.words()
    if kind == "audio":
        message["audio"] = {
            "id": draw.ident("audio"), "data": PICTURE, "transcript": draw.words(), "expires_at": 1_790_000_100,
        }  # fmt: skip
    if kind in ("calls", "both"):
        message["tool_calls"] = [_call(draw) for _ in range(draw.some(1, 3))]
    if kind == "text" and draw.maybe():
        place = {"start_index": 0, "end_index": 1, "title": draw.words(), "url": "https://a.example"}
        message["annotations"] = [{"type": "url_citation", "url_citation": place} for _ in range(draw.some(1, 2))]
    if kind == "text" and draw.maybe():
        message["reasoning_content"] = draw.words()
    finish = {"calls": "tool_calls", "both": "tool_calls", "cut": draw.one("length", "content_filter")}.get(
        kind, "stop"
    )
    choice: Fields = {"index": index, "message": message, "finish_reason": finish, "logprobs": None}
    if kind == "text" and draw.maybe(0.3):
        token = {"token": "w", "logprob": -0.125, "bytes": [119], "top_logprobs": []}
        choice["logprobs"] = {"content": [token], "refusal": None}
    return choice


def _call(draw: Draw) -> Fields:
    function = {"name": draw.one("weather", "now"), "arguments": json.dumps(draw.given(), ensure_ascii=draw.maybe())}
    return {"id": draw.ident("call"), "type": "function", "function": function}


def _chat_usage(draw: Draw) -> Fields:
    prompt, completion = draw.tokens(), draw.tokens()
    made: Fields = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    if draw.maybe():
        made["prompt_tokens_details"] = {"cached_tokens": 1001, "cache_write_tokens": 2003, "audio_tokens": 0}
        made["completion_tokens_details"] = {"reasoning_tokens": 3007, "audio_tokens": 0}
    return made


def _chunks(draw: Draw, choice: Fields) -> Iterator[Fields]:
    """Yield the choices of the chunks that one choice comes in."""
    message, index = choice["message"], choice["index"]

    def piece(delta: Fields, finish: str | None = None, **more: Any) -> Fields:
        return {"index": index, "delta": delta, "finish_reason": finish, "logprobs": None, **more}

    yield piece({"role": "assistant", "content": "" if message["content"] else None, "refusal": None})
    logprobs = {"logprobs": choice["logprobs"]} if choice["logprobs"] else {}
    for name in ("reasoning_content", "content", "refusal"):
        for text in draw.cut(message[name]) if message.get(name) else ():
            yield piece({name: text}, **(logprobs if name == "content" else {}))
            logprobs = logprobs if name != "content" else {}
    if audio := message.get("audio"):
        yield piece({"audio": {"id": audio["id"], "transcript": ""}})
        for text in draw.cut(audio["transcript"]):
            yield piece({"audio": {"transcript": text}})
        yield piece({"audio": {"data": audio["data"]}})
        yield piece({"audio": {"expires_at": audio["expires_at"]}})
    if annotations := message.get("annotations"):
        yield piece({"annotations": annotations})
    calls: list[Any] = [
        list(_call_pieces(draw, number, call)) for number, call in enumerate(message.get("tool_calls") or ())
    ]
    # Calls come one after the other, or mixed, as parallel ones do with some servers.
    for part in _mixed(draw, calls) if draw.maybe() else [part for call in calls for part in call]:
        yield piece({"tool_calls": [part]})
    yield piece({}, choice["finish_reason"])


def _call_pieces(draw: Draw, number: int, call: Fields) -> Iterator[Fields]:
    function = call["function"]
    yield {**call, "index": number, "function": {"name": function["name"], "arguments": ""}}
    for text in draw.cut(function["arguments"]):
        yield {"index": number, "function": {"arguments": text}}


def _mixed(draw: Draw, rows: list[list[Any]]) -> list[Any]:
    """Mix several sequences; each keeps its order, and the first items come in the order of the rows."""
    made = [row[0] for row in rows if row]
    left = [row[1:] for row in rows]
    while any(left):
        made.append(draw.one(*[row for row in left if row]).pop(0))
    return made


def messages(draw: Draw) -> tuple[Fields, list[Fields]]:
    """Return a message of Anthropic's, and its events."""
    blocks: list[Fields] = []
    if draw.maybe():
        blocks.append(anthropic.thinking(draw.one("", draw.words()), SIGNATURE))
    if draw.maybe(0.2):
        blocks.append({"type": "redacted_thinking", "data": SIGNATURE})
    if draw.maybe(0.3):
        ident = draw.ident("srvtoolu")
        blocks.append(anthropic.use("web_search", ident, "server_tool_use", {"query": draw.words()}))
        blocks.append(anthropic.found(ident))
    for _ in range(draw.some(0, 3)):
        cited = [anthropic.CITED, anthropic.PAGE][: draw.some(1, 2)]
        blocks.append(anthropic.text(draw.words(), **({"citations": cited} if draw.maybe(0.3) else {})))
    calls = draw.some(0, 3) if blocks else 1
    for _ in range(calls):
        if draw.maybe(0.2):
            blocks.append(anthropic.thinking(draw.words(), SIGNATURE))
        blocks.append(anthropic.use(draw.one("weather", "now"), draw.ident("toolu"), given=draw.given()))
    stop = "tool_use" if calls else draw.one("end_turn", "max_tokens", "stop_sequence", "pause_turn", "refusal")
    usage: Fields = {"input_tokens": draw.tokens(), "output_tokens": draw.tokens()}
    if draw.maybe():
        usage |= {"cache_read_input_tokens": draw.tokens(), "cache_creation_input_tokens": 3003}
        usage |= {"cache_creation": {"ephemeral_5m_input_tokens": 1001, "ephemeral_1h_input_tokens": 2002}}
    if draw.maybe():
        usage |= {"output_tokens_details": {"thinking_tokens": draw.tokens()}, "service_tier": "standard"}
    more = {"stop_sequence": draw.words()} if stop == "stop_sequence" else {}
    whole = anthropic.message(*blocks, stop=stop, usage=usage, **more)
    return whole, list(anthropic.events_of(whole, draw.cut))


def items(draw: Draw) -> tuple[Fields, list[Fields]]:
    """Return a response of OpenAI's, and its events."""
    output: list[Fields] = []
    if draw.maybe():
        summary = [{"type": "summary_text", "text": draw.words()} for _ in range(draw.some(0, 2))]
        output.append({**responses.thought("", draw.ident("rs"), SIGNATURE), "summary": summary})
    for item in responses.NATIVE:
        if draw.maybe(0.06):
            output.append({**item, "id": draw.ident("native")})
    if draw.maybe(0.7):
        notes = [responses.CITED][: draw.some(0, 1)]
        parts = [responses.text(draw.words(), *notes) for _ in range(draw.one(1, 1, 2))]
        output.append(responses.message(*parts, id=draw.ident("msg")))
    for _ in range(draw.some(0, 3) if output else 1):
        output.append(responses.call(draw.one("weather", "now"), draw.ident("call"), json.dumps(draw.given())))
    if draw.maybe(0.2):
        output.append(
            {**responses.CUSTOM, "id": draw.ident("ctc"), "call_id": draw.ident("call"), "input": draw.words()}
        )
    cut = draw.maybe(0.2)
    more: Fields = {"incomplete_details": {"reason": draw.one("max_output_tokens", "content_filter")}} if cut else {}
    given, taken = draw.tokens(), draw.tokens()
    usage = {
        "input_tokens": given, "output_tokens": taken, "total_tokens": given + taken,
        "input_tokens_details": {"cached_tokens": 1001, "cache_write_tokens": 2003},
        "output_tokens_details": {"reasoning_tokens": 3007},
    }  # fmt: skip
    more |= {"usage": usage, "service_tier": draw.one("default", "flex", "priority"), "id": draw.ident("resp")}
    whole = responses.response(*output, status="incomplete" if cut else "completed", **more)
    return whole, list(responses.events_of(whole, cut=draw.cut))


def contents(draw: Draw) -> tuple[Fields, list[Fields]]:
    """Return generated content of Google's, and its events."""
    parts: list[Fields] = []
    if draw.maybe():
        parts.append({"text": draw.words(), "thought": True})
    if draw.maybe(0.2):
        parts += gemini.NATIVE["code"][:2]
    texts = draw.some(0, 2)
    for _ in range(texts):
        parts.append({"text": draw.words(), **({"thoughtSignature": SIGNATURE} if draw.maybe(0.3) else {})})
    if draw.maybe(0.2):
        parts.append({"inlineData": {"mimeType": "image/png", "data": PICTURE}})
    calls = draw.some(0, 3) if parts else 1
    for number in range(calls):
        call: Fields = {"name": draw.one("weather", "now"), "args": draw.given()}
        part: Fields = {"functionCall": {**call, **({"id": draw.ident("fc")} if draw.maybe() else {})}}
        parts.append({**part, **({"thoughtSignature": SIGNATURE} if number == 0 else {})})
    more: Fields = {}
    if texts and draw.maybe(0.3):
        more["groundingMetadata"] = gemini.GROUNDING
    prompt, said, thought = draw.tokens(), draw.tokens(), draw.tokens()
    counts: Fields = {
        "promptTokenCount": prompt, "candidatesTokenCount": said, "thoughtsTokenCount": thought,
        "totalTokenCount": prompt + said + thought,
    }  # fmt: skip
    if draw.maybe():
        counts |= {"cachedContentTokenCount": 1001, "trafficType": draw.one("ON_DEMAND", "ON_DEMAND_FLEX")}
    finish = "STOP" if calls else draw.one("STOP", "MAX_TOKENS", "SAFETY")
    whole = gemini.answer(*parts, finish=finish, counts=counts, **more)
    events = [gemini.answer(piece, finish=None, counts=counts) for part in parts for piece in _part_pieces(draw, part)]
    return whole, [
        *events,
        gemini.answer(*([] if draw.maybe() else [{"text": ""}]), finish=finish, counts=counts, **more),
    ]


def _part_pieces(draw: Draw, part: Fields) -> Iterator[Fields]:
    if "text" not in part or "thoughtSignature" in part:
        yield part
        return
    for text in draw.cut(part["text"]):
        yield {**part, "text": text}


def blocks(draw: Draw) -> tuple[Fields, list[Fields]]:
    """Return an answer of Converse, and its events."""
    made: list[Fields] = []
    if draw.maybe():
        text = {"text": draw.words(), "signature": SIGNATURE}
        made.append(draw.one({"reasoningContent": {"reasoningText": text}}, converse.REDACTED))
    if draw.maybe(0.2):
        made += [converse.SERVER_CALL, converse.RESULT]
    for _ in range(draw.some(0, 3)):
        cited = {"citationsContent": {"content": [{"text": draw.words()}], "citations": [converse.WEB]}}
        made.append(draw.one({"text": draw.words()}, {"text": draw.words()}, cited))
    if draw.maybe(0.2):
        made.append({"image": {"format": "png", "source": {"bytes": PICTURE}}})
    calls = draw.some(0, 3) if made else 1
    for _ in range(calls):
        use = {"toolUseId": draw.ident("tooluse"), "name": draw.one("weather", "now"), "input": draw.given()}
        made.append({"toolUse": use})
    given, taken, read = draw.tokens(), draw.tokens(), draw.one(0, 1001)
    usage: Fields = {"inputTokens": given, "outputTokens": taken, "totalTokens": given + taken + read}
    if read:
        usage |= {"cacheReadInputTokens": read, "cacheWriteInputTokens": 0}
    more: Fields = {"serviceTier": {"type": draw.one("flex", "priority")}} if draw.maybe() else {}
    stop = "tool_use" if calls else draw.one("end_turn", "max_tokens", "guardrail_intervened", "stop_sequence")
    whole = converse.answer(*made, stop=stop, usage=usage, **more)
    return whole, list(converse.events_of(whole, draw.cut))


MAKERS: dict[str, Callable[[Draw], tuple[Fields, list[Fields]]]] = {
    "chat": chat,
    "responses": items,
    "anthropic": messages,
    "gemini": contents,
    "converse": blocks,
}
"""By wire."""
