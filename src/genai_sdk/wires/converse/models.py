"""What Bedrock's models take, as rows: the first whose pattern matches the id without its region holds.

Source of every row: the price file of litellm 1.110.2, which lists for a model whether it takes tools, a forced tool,
reasoning, `cachePoint` and a schema; a test holds the rows to it and lists where they differ, and why. What it does not
list stands on nothing but AWS's pages as they were known when the row was written, and is not verified: `streams`,
`streams_tools`, `top_k`, `searches`, `serial_tools`, and `system` where it is False. A row that is wrong costs a
refusal by Bedrock, or a parameter that is refused here without need.
An id that hides the model (an application inference profile, a prompt, a custom model) is held to take everything:
what it does not take, Bedrock refuses itself.
"""

import re
from typing import Literal

import msgspec

from genai_sdk.catalogue import REGION_PREFIXES

Reasoning = Literal["none", "always", "budget", "effort", "nova", "field", "nested", "unknown"]


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """What a model takes.

    Attributes:
        system: Whether it takes a system prompt; if not, it is put before the first user message.
        tools: Whether it takes tools.
        forces: Whether it takes `toolChoice.any` and `toolChoice.tool`.
        streams: Whether it streams at all.
        streams_tools: Whether it streams when there are tools.
        text_format: Whether it takes a JSON schema as `outputConfig.textFormat`, and `strict` tools.
        caches: Whether it takes `cachePoint`.
        reasoning: How it is told to reason: by Claude's `thinking` with a budget, by `outputConfig.effort` beside
            adaptive thinking, by Nova's `reasoningConfig`, by a field `reasoning_effort`, by `reasoning.effort`; not
            at all, or it always does.
        top_k: Where `top_k` goes: "top_k" beside the others, "topK" within Nova's `inferenceConfig`, or nowhere.
        serial_tools: Whether it can be told not to call several tools at once.
        searches: Whether it has Nova's grounding.
    """

    system: bool = True
    tools: bool = True
    forces: bool = True
    streams: bool = True
    streams_tools: bool = True
    text_format: bool = False
    caches: bool = False
    reasoning: Reasoning = "none"
    top_k: Literal["top_k", "topK", ""] = ""
    serial_tools: bool = False
    searches: bool = False


UNKNOWN = Capabilities(caches=True, reasoning="unknown", top_k="top_k", serial_tools=True, searches=True)
"""What is held of a model that its id does not name."""

_CLAUDE = Capabilities(caches=True, top_k="top_k")
_CLAUDE_45 = msgspec.structs.replace(_CLAUDE, reasoning="budget", text_format=True, serial_tools=True)

_ROWS: tuple[tuple[str, Capabilities], ...] = (
    (r"anthropic\.claude-(v1|v2|instant)", Capabilities(tools=False, top_k="top_k")),
    (r"anthropic\.claude-3-7", msgspec.structs.replace(_CLAUDE, reasoning="budget")),
    (r"anthropic\.claude-3-", _CLAUDE),
    (r"anthropic\.claude-(opus|sonnet)-4(-1)?(-\d{8}|$)", msgspec.structs.replace(_CLAUDE, reasoning="budget")),
    (r"anthropic\.claude-(haiku|sonnet|opus)-4-5", _CLAUDE_45),
    # From 4.6 on: adaptive thinking and effort. Bedrock refuses a schema for this one ("output_config.format: Extra
    # inputs are not permitted", https://github.com/vercel/ai/issues/14773), as the price file says.
    (r"anthropic\.claude-opus-4-7", msgspec.structs.replace(_CLAUDE_45, reasoning="effort", text_format=False)),
    (r"anthropic\.claude-", msgspec.structs.replace(_CLAUDE_45, reasoning="effort")),
    (r"amazon\.nova-2-", Capabilities(reasoning="nova", caches=True, top_k="topK", searches=True)),
    (r"amazon\.nova-", Capabilities(caches=True, top_k="topK", searches=True)),
    (r"amazon\.titan-text", Capabilities(system=False, tools=False)),
    (r"ai21\.j2", Capabilities(system=False, tools=False, streams=False)),
    (r"ai21\.jamba-instruct", Capabilities(tools=False)),
    (r"ai21\.jamba", Capabilities(forces=False, streams_tools=False)),
    (r"cohere\.command(-light)?-text", Capabilities(system=False, tools=False)),
    (r"cohere\.command-r", Capabilities(forces=False, streams_tools=False)),
    (r"deepseek\.r1", Capabilities(tools=False, reasoning="always")),
    (r"deepseek\.", Capabilities(reasoning="field", text_format=True)),
    (r"meta\.llama(2|3-(8|70)b|3-2-[13]b)", Capabilities(tools=False)),
    (r"meta\.llama", Capabilities(forces=False, streams_tools=False)),
    (r"mistral\.(mistral-7b|mixtral)", Capabilities(system=False, tools=False)),
    (r"mistral\.mistral-(large|small)-2402", Capabilities(streams_tools=False)),
    (r"mistral\.(ministral-3|mistral-large-3|voxtral|magistral)", Capabilities(text_format=True)),
    (r"mistral\.pixtral", Capabilities(forces=False)),
    (r"mistral\.", Capabilities()),
    (r"openai\.gpt-oss", Capabilities(reasoning="field", text_format=True)),
    (r"openai\.gpt-\d", Capabilities(reasoning="nested", text_format=True)),
    (r"(qwen|moonshot|moonshotai|minimax|nvidia|zai|google)\.", Capabilities(text_format=True)),
    (r"twelvelabs\.pegasus", Capabilities(system=False, tools=False)),
    (r"writer\.palmyra-vision", Capabilities(tools=False)),
    (r"writer\.palmyra", Capabilities(forces=False, streams_tools=False)),
)


def facts_of(model: str) -> Capabilities:
    """Return what a model takes.

    Args:
        model: Its id, or an ARN that ends in one.
    """
    name = base_id(model)
    return next((facts for pattern, facts in _ROWS if re.match(pattern, name)), UNKNOWN)


def base_id(model: str) -> str:
    """Return the id that a model's name or ARN ends in, without the region of an inference profile."""
    name = model.rpartition("/")[2] if model.startswith("arn:") else model
    region, dot, rest = name.partition(".")
    return rest if dot and region in REGION_PREFIXES else name
