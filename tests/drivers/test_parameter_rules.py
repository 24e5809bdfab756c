"""What the ledger says of a parameter is what becomes of it in the body, over every wire."""

from typing import Any

import msgspec
import pytest
from tests.drivers.test_parameters import BESIDE, CHAT, EMBEDDING
from tests.wires.converse.test_request import CLAUDE, NOVA, OLD_CLAUDE

from genai_sdk.catalogue import endpoint
from genai_sdk.drivers.parameters import ParameterRules
from genai_sdk.drivers.route import load_wire
from genai_sdk.wires import operation
from genai_sdk.wires.wire import Codec, Endpoint

AZURE = "https://x.openai.azure.com/openai/v1"
PLACES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "gpt-6": ("openai", "gpt-6-luna", {}),
    "gpt-4o": ("openai", "gpt-4o", {}),
    "a server": ("openai", "qwen", {"base_url": "http://127.0.0.1:9/v1"}),
    "azure": ("azure", "gpt-4o", {"base_url": AZURE}),
    "responses": ("openai", "gpt-4o", {"use_responses_api": True}),
    "claude": ("anthropic", "claude-opus-5-5", {}),
    "older claude": ("anthropic", "claude-sonnet-4-20250514", {}),
    "gemini 2.5": ("google-ai-studio", "gemini-2.5-flash", {}),
    "gemini 3": ("google-vertex-ai", "gemini-3-pro-preview", {"project": "p"}),
    "gemini 1.5": ("google-ai-studio", "gemini-1.5-pro", {}),
    "nova": ("bedrock", NOVA, {"region": "us-east-1"}),
    "bedrock claude": ("bedrock", CLAUDE, {"region": "us-east-1"}),
    "older bedrock claude": ("bedrock", OLD_CLAUDE, {"region": "us-east-1"}),
    "gpt-oss": ("bedrock", "openai.gpt-oss-120b-1:0", {"region": "us-east-1"}),
    "llama": ("bedrock", "meta.llama3-1-8b-instruct-v1:0", {"region": "us-east-1"}),
    "r1": ("bedrock", "deepseek.r1-v1:0", {"region": "us-east-1"}),
}
VECTORS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "openai": ("openai", "text-embedding-3-small", {}),
    "gemini": ("google-ai-studio", "gemini-embedding-001", {}),
    "titan": ("bedrock", "amazon.titan-embed-text-v2:0", {"region": "us-east-1"}),
    "older titan": ("bedrock", "amazon.titan-embed-text-v1", {"region": "us-east-1"}),
}
# Values beside those of the parameters' own test.
SCHEMA = {"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object", "properties": {}}}}
VALUES: list[tuple[str, Any]] = [
    *CHAT.items(),
    ("response_format", SCHEMA),
    ("temperature", 1),
    ("n", 1),
    ("user", "me@example.com"),
    ("service_tier", "auto"),
    ("tool_choice", "auto"),
    ("reasoning_effort", "none"),
    ("stream_options", {"include_usage": True}),
]


def codec_of(one: operation.Operation[Any, Any, Any], adapter: str, model: str, more: dict[str, Any]) -> Any:
    wires = {"azure": "openai", "google-ai-studio": "gemini", "google-vertex-ai": "gemini", "bedrock": "converse"}
    facts = {name: item for name, item in more.items() if name in ("base_url", "region")}
    root = endpoint(adapter, model=model, **facts)
    where = Endpoint(adapter=adapter, model=model, root=root, **more)
    return load_wire(wires.get(adapter, adapter)).codec(one, where)


def body_of(codec: Codec[Any, Any, Any], request: Any, *, stream: bool = False) -> Any:
    return msgspec.json.decode(b"".join([codec.encode(request, stream=stream).body]))  # type: ignore[list-item]


def reached(body: Any, place: str) -> Any:
    for step in place.split("."):
        if not isinstance(body, dict) or step not in body:
            return None
        body = body[step]
    return body


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize(("name", "value"), VALUES)
@pytest.mark.parametrize("where", list(PLACES))
def test_the_ledger_says_where_a_parameter_of_chat_is(where: str, name: str, value: Any, stream: bool) -> None:
    codec = codec_of(operation.CHAT, *PLACES[where])
    beside = {key: item for key, item in BESIDE.get(name, {}).items() if key != name}
    options = {**beside, name: value}
    request = operation.ChatRequest([{"role": "user", "content": "-"}], options)
    row = ParameterRules(operation.CHAT, codec, frozenset()).read(request, options, stream=stream)
    if "tools" in row.refused and name != "tools":
        return  # there is nothing to see it with
    without = body_of(codec, msgspec.structs.replace(request, options=beside), stream=stream)
    if name in row.refused:
        return  # that the call is refused then is another test's
    body = body_of(codec, request, stream=stream)
    if name in row.omitted:
        assert body == without
    elif name in row.translated:
        assert body != without
        assert reached(body, row.translated[name]) is not None
    else:
        assert name in row.sent
        expected = {"extra_headers": None, "extra_body": None}.get(name, value)
        apart = {"custom_field"} if name == "extra_body" else set() if name == "extra_headers" else {name}
        assert apart <= body.keys()
        assert expected is None or name == "stream_options" or body[name] == expected


@pytest.mark.parametrize("name", list(EMBEDDING))
@pytest.mark.parametrize("where", list(VECTORS))
def test_the_ledger_says_what_becomes_of_a_parameter_of_embeddings(where: str, name: str) -> None:
    codec = codec_of(operation.EMBEDDING, *VECTORS[where])
    request = operation.EmbeddingRequest("-", {name: EMBEDDING[name]})
    row = ParameterRules(operation.EMBEDDING, codec, frozenset()).read(request, request.options, stream=False)
    assert [name] == [*row.sent, *row.translated, *row.omitted, *row.refused]
    if name == "dimensions" and where != "older titan":
        assert "5" in msgspec.json.encode(body_of(codec, request)).decode()
    assert (name in row.refused) == (where == "older titan" and name == "dimensions") or name in codec.lacks
