"""Bytes of vendors as reports show them (`tests/data/vendor-wires`), whole and as streams: what has to come of each."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.siblings.world import Face, aws_events, events, http

from genai_sdk.catalogue import costs_of, price_of
from genai_sdk.errors import BadRequestError, ContentFilterError, PermissionDeniedError, ProviderUnavailableError
from genai_sdk.types import ChatCompletion

FOLDER = Path(__file__).parents[1] / "data" / "vendor-wires"
WIRES = {
    "openai": ("chat", "gpt-6.1-sol", "openai"),
    "responses": ("responses", "gpt-6.1-sol", "openai"),
    "gemini": ("gemini", "gemini-3.8-flash", "google-ai-studio"),
    "anthropic": ("messages", "claude-opus-5-5", "anthropic"),
    "bedrock": ("converse", "amazon.nova-2-lite-v1:0", "bedrock"),
}
CLAUDE = "us.anthropic.claude-opus-5-5"


def says(text: str) -> Callable[[ChatCompletion], bool]:
    return lambda answer: answer.text == text


def ends(finish: str, native: str | None = None) -> Callable[[ChatCompletion], bool]:
    def check(answer: ChatCompletion) -> bool:
        choice = answer.choices[0]
        return choice.finish_reason == finish and native in (None, choice.model_extra.get("native_finish_reason"))

    return check


def calls(*wanted: tuple[str, str]) -> Callable[[ChatCompletion], bool]:
    def check(answer: ChatCompletion) -> bool:
        made = answer.choices[0].message.tool_calls or ()
        return [(call.function.name, call.function.arguments) for call in made] == list(wanted)

    return check


def keeps(*kinds: str) -> Callable[[ChatCompletion], bool]:
    """Whether the message holds blocks of these types as they came."""

    def check(answer: ChatCompletion) -> bool:
        blocks = answer.choices[0].message.model_extra.get("content_blocks") or ()
        return set(kinds) <= {str(block.get("type")) for block in blocks}

    return check


def costs(name: str, dollars: float) -> Callable[[ChatCompletion], bool]:
    """Whether an answer costs so much at its vendor."""

    def check(answer: ChatCompletion) -> bool:
        _, model, adapter = WIRES[name]
        price = price_of(adapter, model, region="us-east-1" if adapter == "bedrock" else None)  # type: ignore[arg-type]
        made = costs_of(price, answer.usage, service_tier=answer.model_extra.get("service_tier"))
        return made is not None and made["total"] == pytest.approx(dollars)

    return check


def counts_written(answer: ChatCompletion) -> bool:
    assert answer.usage is not None
    details = answer.usage.prompt_tokens_details
    return details is not None and details.cache_creation_tokens == 18_011


def ran_code(answer: ChatCompletion) -> bool:
    parts = answer.choices[0].message.model_extra["parts"]
    return {"executableCode", "codeExecutionResult"} <= {name for part in parts for name in part}


def is_annotated(answer: ChatCompletion) -> bool:
    return bool(answer.choices[0].message.model_extra.get("annotations"))


Want = type[Exception] | tuple[Callable[[ChatCompletion], bool], ...]

WANTED: Mapping[str, Want] = {
    # 3 plain, 18,011 written at 2.5, 100 answered, in dollars a million: no written token is priced as plain input
    "openai-cache-write": (says("hi"), counts_written, costs("openai", (3 * 2 + 18_011 * 2.5 + 100 * 10) / 1e6)),
    "responses-only-image_generation": (keeps("image_generation_call"), calls()),
    "responses-only-mcp_approval": (keeps("mcp_approval_request"), calls()),
    "responses-only-shell_call": (keeps("shell_call"), calls()),
    "responses-only-apply_patch_call": (keeps("apply_patch_call"), calls()),
    "responses-failed-bio_policy": ContentFilterError,
    "responses-failed-image_content_policy_violation": ContentFilterError,
    "responses-failed-invalid_image": BadRequestError,
    "responses-failed-failed_to_download_image": BadRequestError,
    "gemini-call-no-args": (calls(("now", "{}")), ends("tool_calls")),
    "gemini-code-execution": (says("done"), ran_code, calls()),
    "gemini-model-armor": (ends("content_filter", "MODEL_ARMOR"),),
    "gemini-malformed-call": ProviderUnavailableError,
    "gemini-grounding-stream": (is_annotated,),
    "gemini-traffic-flex": (costs("gemini", 0.00225),),
    "anthropic-window-exceeded": (ends("length", "model_context_window_exceeded"),),
    "anthropic-pause-turn": (ends("length", "pause_turn"), keeps("server_tool_use"), calls()),
    "anthropic-web-search": (says("done"), ends("stop"), calls(), costs("anthropic", 0.054)),
    "anthropic-fast": (costs("anthropic", 0.048),),
    "anthropic-tool-no-args-stream": (calls(("now", "{}")), ends("tool_calls")),
    "anthropic-billing-402": PermissionDeniedError,
    "anthropic-billing-stream": PermissionDeniedError,
    "bedrock-citations": (says("Intro. The cited answer. End."),),
    "bedrock-window-exceeded": (ends("length", "model_context_window_exceeded"),),
    "bedrock-priority": (costs("bedrock", 0.0049),),
    "bedrock-server-tool": (says("done"), calls()),
}
FILES = {path.name: path for path in sorted(FOLDER.iterdir())}


def _anthropic(data: dict[str, Any]) -> bytes:
    """Return a message as the events of a stream, each block whole in its beginning or in one delta."""
    made: list[dict[str, Any]] = [{"type": "message_start", "message": {**data, "content": [], "stop_reason": None}}]
    for index, block in enumerate(data["content"]):
        start, delta = dict(block), None
        if block["type"] == "text":
            start, delta = {**block, "text": ""}, {"type": "text_delta", "text": block["text"]}
        elif "input" in block:
            start, delta = (
                {**block, "input": {}},
                {"type": "input_json_delta", "partial_json": json.dumps(block["input"])},
            )
        made.append({"type": "content_block_start", "index": index, "content_block": start})
        made += [{"type": "content_block_delta", "index": index, "delta": delta}] if delta else []
        made.append({"type": "content_block_stop", "index": index})
    end = {"stop_reason": data["stop_reason"], "stop_sequence": data.get("stop_sequence")}
    made.append({"type": "message_delta", "delta": end, "usage": data["usage"]})
    return events(*made, {"type": "message_stop"}, done=False, named=True)


def _bedrock(data: dict[str, Any]) -> bytes:
    made: list[tuple[str, Mapping[str, Any]]] = [("messageStart", {"role": "assistant"})]
    for index, block in enumerate(data["output"]["message"]["content"]):
        at = {"contentBlockIndex": index}
        if "toolUse" in block:
            use = {name: item for name, item in block["toolUse"].items() if name != "input"}
            piece = {"toolUse": {"input": json.dumps(block["toolUse"]["input"])}}
            made += [
                ("contentBlockStart", {**at, "start": {"toolUse": use}}),
                ("contentBlockDelta", {**at, "delta": piece}),
            ]
        elif "toolResult" in block:
            result = {name: item for name, item in block["toolResult"].items() if name != "content"}
            made.append(("contentBlockStart", {**at, "start": {"toolResult": result}}))
            made.append(("contentBlockDelta", {**at, "delta": {"toolResult": block["toolResult"]["content"]}}))
        elif "citationsContent" in block:
            words = "".join(part["text"] for part in block["citationsContent"]["content"])
            made.append(("contentBlockDelta", {**at, "delta": {"text": words}}))
            for citation in block["citationsContent"].get("citations", ()):
                made.append(("contentBlockDelta", {**at, "delta": {"citation": citation}}))
        else:
            made.append(("contentBlockDelta", {**at, "delta": block}))
        made.append(("contentBlockStop", at))
    made.append(("messageStop", {"stopReason": data["stopReason"]}))
    rest = {name: data[name] for name in ("usage", "metrics", "serviceTier") if name in data}
    return aws_events(*made, ("metadata", rest))


def _responses(data: dict[str, Any]) -> bytes:
    end = "response.failed" if data["status"] == "failed" else "response.completed"
    begun = {**data, "status": "in_progress", "output": [], "error": None}
    items = [
        {"type": "response.output_item.done", "output_index": index, "item": item}
        for index, item in enumerate(data["output"])
    ]
    return events({"type": "response.created", "response": begun}, *items, {"type": end, "response": data}, done=False)


def _openai(data: dict[str, Any]) -> bytes:
    choices = [{"index": 0, "delta": data["choices"][0]["message"], "finish_reason": None}]
    ended = [{"index": 0, "delta": {}, "finish_reason": data["choices"][0]["finish_reason"]}]
    head = {name: item for name, item in data.items() if name not in ("choices", "usage")}
    return events(
        {**head, "choices": choices}, {**head, "choices": ended}, {**head, "choices": [], "usage": data["usage"]}
    )


_STREAMED: Mapping[str, Callable[[dict[str, Any]], bytes]] = {
    "anthropic": _anthropic,
    "bedrock": _bedrock,
    "gemini": lambda data: events(data, done=False),
    "openai": _openai,
    "responses": _responses,
}


def _check(face: Face, name: str, plays: bytes, *, stream: bool) -> None:
    stem = name.partition(".")[0]
    wanted = WANTED[stem] if stem in WANTED else WANTED[stem.removesuffix("-stream")]
    vendor = stem.partition("-")[0]
    wire, model, _ = WIRES[vendor]
    model = CLAUDE if stem in ("bedrock-window-exceeded", "bedrock-citations") else model

    def ask() -> Any:
        return face.ask(wire, plays, stream=stream, model=f"{wire}/{model}")

    if isinstance(wanted, type):
        with pytest.raises(wanted):
            ask()
        return
    answer = ask()
    for holds in wanted:
        assert holds(answer), (holds, answer)


def test_there_is_something_to_be_wanted_of_every_file() -> None:
    stems = {name.partition(".")[0] for name in FILES}
    assert {stem if stem in WANTED else stem.removesuffix("-stream") for stem in stems} == set(WANTED)


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".json")])
def test_a_whole_answer_is_what_the_vendor_meant(face: Face, name: str) -> None:
    status = 402 if "402" in name else 200
    _check(face, name, http(FILES[name].read_bytes(), status), stream=False)


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".json") and "402" not in name])
def test_the_same_answer_as_a_stream_is_the_same(face: Face, name: str) -> None:
    data = json.loads(FILES[name].read_bytes())
    _check(face, name, _STREAMED[name.partition("-")[0]](data), stream=True)


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".sse")])
def test_a_stream_is_what_the_vendor_meant(face: Face, name: str) -> None:
    _check(face, name, http(FILES[name].read_bytes(), media="text/event-stream"), stream=True)
