"""What our wires read in an exchange."""

import json
from typing import Any

from tests.vendors.exchanges import Exchange

from genai_sdk.types import ChatCompletion
from genai_sdk.wires.anthropic import WIRE as ANTHROPIC
from genai_sdk.wires.assembly import Assembly
from genai_sdk.wires.converse import WIRE as CONVERSE
from genai_sdk.wires.framing import ServerSentEvents
from genai_sdk.wires.gemini import WIRE as GEMINI
from genai_sdk.wires.openai import WIRE as OPENAI
from genai_sdk.wires.operation import CHAT
from genai_sdk.wires.wire import Endpoint, Wire

ROOT = "https://vendor.test"
ENDPOINTS: dict[str, tuple[Wire, Endpoint]] = {
    "chat": (OPENAI, Endpoint(adapter="openai", model="gpt-6.1-sol", root=ROOT)),
    "responses": (OPENAI, Endpoint(adapter="openai", model="gpt-6.1-sol", root=ROOT, use_responses_api=True)),
    "anthropic": (ANTHROPIC, Endpoint(adapter="anthropic", model="claude-opus-5-5", root=ROOT)),
    "gemini": (GEMINI, Endpoint(adapter="google-ai-studio", model="gemini-3.8-flash", root=ROOT)),
    "converse": (CONVERSE, Endpoint(adapter="bedrock", model="us.anthropic.claude-opus-5-5", root=ROOT)),
}


def read(exchange: Exchange) -> ChatCompletion:
    """Return what is read, of a cut stream what came before the cut."""
    wire, endpoint = ENDPOINTS[exchange.wire]
    codec = wire.codec(CHAT, endpoint)
    assert codec is not None
    if exchange.how == "whole":
        data = json.loads(exchange.body)
        assert wire.error_of(data) is None
        completion = codec.decode(data, {})
        assert completion is not None
        return completion
    framing: Any = codec.framings.get(exchange.media, ServerSentEvents)()
    parser, assembly = codec.parser(), Assembly()
    for event in [*framing.feed(exchange.body), *framing.end()]:
        assert wire.error_of(event) is None
        if (chunk := parser.read(event)) is not None:
            assembly.add(chunk)
    if exchange.how == "streamed":
        assert parser.finished
    for chunk in parser.end():
        assembly.add(chunk)
    return assembly.completion()
