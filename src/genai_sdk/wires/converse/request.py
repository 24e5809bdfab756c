"""From a chat call in OpenAI's shape to the body of Converse and ConverseStream."""

from collections.abc import Mapping, Sequence, Set
from typing import Any

from genai_sdk.wires.converse.messages import converse_messages
from genai_sdk.wires.converse.models import Capabilities
from genai_sdk.wires.converse.tools import ON_BEDROCK, SCHEMA_TOOL, Toolbox, toolbox
from genai_sdk.wires.unsupported import UnsupportedError

# Claude's least budget, and what OpenAI's words for effort are worth in tokens.
# https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html
_LEAST_BUDGET = 1024
_BUDGETS: Mapping[str, int] = {"minimal": 1024, "low": 1024, "medium": 2048, "high": 4096, "xhigh": 8192, "max": 16384}
# With thinking, what is left for the answer where the call does not say: max_tokens counts both.
_ANSWER = 4096

# outputConfig.effort (botocore 1.44.8), and Nova's maxReasoningEffort.
_EFFORTS: Mapping[str, str] = {word: word for word in ("low", "medium", "high", "xhigh", "max")} | {"minimal": "low"}
_NOVA_EFFORTS: Mapping[str, str] = {"minimal": "low", "low": "low", "medium": "medium", "high": "high"}

# The enum ServiceTierType (botocore 1.44.8); OpenAI's auto is what comes without one.
_TIERS = frozenset({"priority", "default", "flex", "reserved"})


THINKING_TOKENS = "/usage/output_tokens_details"
"""Where Claude counts its thinking; Converse's own usage does not, and passes it on if asked to."""


def conditional_of(facts: Capabilities) -> Set[str]:
    """Return the parameters of which a model takes only some values."""
    names = {"reasoning_effort", "service_tier", "thinking", "stream_options"}
    names |= set() if facts.top_k else {"top_k"}
    names |= set() if facts.serial_tools else {"parallel_tool_calls"}
    names |= set() if facts.searches else {"web_search_options"}
    names |= set() if facts.forces else {"tool_choice"}
    names |= set() if facts.tools else {"tools", "tool_choice", "response_format"}
    return names


_REASONING_PLACES: Mapping[str, str] = {
    "field": "additionalModelRequestFields.reasoning_effort",
    "nested": "additionalModelRequestFields.reasoning.effort",
    "nova": "additionalModelRequestFields.reasoningConfig.maxReasoningEffort",
    "budget": "additionalModelRequestFields.thinking.budget_tokens",
}


def places_of(facts: Capabilities) -> Mapping[str, str]:
    """Return where parameters go."""
    more = "additionalModelRequestFields"
    return {
        "max_completion_tokens": "inferenceConfig.maxTokens",
        "max_tokens": "inferenceConfig.maxTokens",
        "parallel_tool_calls": f"{more}.tool_choice.disable_parallel_tool_use",
        "reasoning_effort": _REASONING_PLACES.get(facts.reasoning, "outputConfig.effort"),
        "response_format": "outputConfig.textFormat" if facts.text_format else "toolConfig.tools",
        "service_tier": "serviceTier.type",
        "stop": "inferenceConfig.stopSequences",
        "temperature": "inferenceConfig.temperature",
        "thinking": f"{more}.thinking",
        "tool_choice": "toolConfig.toolChoice",
        "tools": "toolConfig.tools",
        "top_k": f"{more}.inferenceConfig.topK" if facts.top_k == "topK" else f"{more}.top_k",
        "top_p": "inferenceConfig.topP",
        "web_search_options": "toolConfig.tools",
    }


def converse_body(
    messages: Sequence[Mapping[str, Any]], options: Mapping[str, Any], facts: Capabilities
) -> dict[str, Any]:
    """Return the body of a chat call.

    Args:
        messages: The conversation in OpenAI's shape.
        options: OpenAI's parameters, plain JSON, without those that the wire has no place for.
        facts: What the model takes.

    Raises:
        UnsupportedError: The model takes no such parameter.
        ValueError: The call asks for something else that Converse has no place for; nothing is left out in silence.
    """
    conversation = converse_messages(messages, facts)
    body: dict[str, Any] = {"messages": conversation.messages}
    if conversation.system:
        body["system"] = conversation.system
    if not options and not conversation.tools:
        return body
    inference = _inference(options)
    fields: dict[str, Any] = {}
    output: dict[str, Any] = {}
    _add_reasoning(options, facts, inference, fields, output)
    thinks = fields.get("thinking", {}).get("type", "disabled") != "disabled"
    box = toolbox(options, facts, conversation.tools, thinks=thinks)
    _add_top_k(options, facts, fields)
    _add_serial(box, facts, fields)
    if inference:
        body["inferenceConfig"] = inference
    if box.config is not None:
        body["toolConfig"] = box.config
    if box.text_format is not None:
        output["textFormat"] = box.text_format
    if output:
        body["outputConfig"] = output
    if fields:
        body["additionalModelRequestFields"] = fields
    if thinks:
        body["additionalModelResponseFieldPaths"] = [THINKING_TOKENS]
    if (tier := options.get("service_tier")) is not None and tier != "auto":
        if tier not in _TIERS:
            known = ", ".join(sorted(_TIERS))
            raise UnsupportedError("service_tier", why=f"as {tier!r} on Bedrock: it has {known}")
        body["serviceTier"] = {"type": tier}
    return body


def streams(body: Mapping[str, Any], facts: Capabilities) -> bool:
    """Tell whether the answer to a body can be streamed; if not, the whole answer is handed out as a stream.

    A model that is not forced to give its JSON by the tool for it may write before, which is no part of the JSON: only
    a whole answer tells.
    """
    config = body.get("toolConfig")
    if config is None or not facts.streams:
        return facts.streams
    by_tool = any(tool.get("toolSpec", {}).get("name") == SCHEMA_TOOL for tool in config["tools"])
    forced = "tool" in config.get("toolChoice", {})
    return facts.streams_tools and (not by_tool or forced)


def _inference(options: Mapping[str, Any]) -> dict[str, Any]:
    most = options.get("max_completion_tokens")
    stop = options.get("stop")
    parameters = {
        "maxTokens": options.get("max_tokens") if most is None else most,
        "temperature": options.get("temperature"),
        "topP": options.get("top_p"),
        "stopSequences": [stop] if isinstance(stop, str) else stop or None,
    }
    return {name: item for name, item in parameters.items() if item is not None}


def _add_reasoning(
    options: Mapping[str, Any],
    facts: Capabilities,
    inference: dict[str, Any],
    fields: dict[str, Any],
    output: dict[str, Any],
) -> None:
    thinking, effort = options.get("thinking"), options.get("reasoning_effort")
    if thinking is not None:
        if facts.reasoning not in ("budget", "effort", "unknown"):
            raise UnsupportedError("thinking", why=f"{ON_BEDROCK}: only Claude takes it")
        fields["thinking"] = dict(thinking)
    if effort is not None:
        _add_effort(effort, facts, inference, fields, output)
    budget = fields.get("thinking", {}).get("budget_tokens")
    if isinstance(budget, int) and "maxTokens" not in inference:
        inference["maxTokens"] = budget + _ANSWER


def _add_effort(
    effort: str, facts: Capabilities, inference: dict[str, Any], fields: dict[str, Any], output: dict[str, Any]
) -> None:
    match facts.reasoning:
        case "none" | "always":
            if effort != "none":
                raise UnsupportedError("reasoning_effort", why=ON_BEDROCK)
        case "field":
            fields["reasoning_effort"] = effort
        case "nested":
            fields["reasoning"] = {"effort": effort}
        case _ if effort == "none":
            return
        case "nova":
            word = _word(effort, _NOVA_EFFORTS)
            fields["reasoningConfig"] = {"type": "enabled", "maxReasoningEffort": word}
        case "effort":
            output["effort"] = _word(effort, _EFFORTS)
            # Whether a model shows its thinking by default differs from model to model (anthropic 2.14.0).
            fields.setdefault("thinking", {"type": "adaptive", "display": "summarized"})
        case "unknown":
            output["effort"] = _word(effort, _EFFORTS)
        case "budget":
            fields.setdefault("thinking", {"type": "enabled", "budget_tokens": _budget(effort, inference)})


def _budget(effort: str, inference: Mapping[str, Any]) -> int:
    most = inference.get("maxTokens")
    budget = _BUDGETS.get(effort)
    if budget is None:
        raise UnsupportedError("reasoning_effort", why=f"as {effort!r}: there is none, {', '.join(_BUDGETS)}")
    if most is None:
        return budget
    if most <= _LEAST_BUDGET:
        raise ValueError(f"this model reasons with {_LEAST_BUDGET} tokens at least, and max_tokens is {most}")
    return min(budget, int(most) - 1)


def _word(effort: str, words: Mapping[str, str]) -> str:
    if effort not in words:
        raise UnsupportedError("reasoning_effort", why=f"as {effort!r} {ON_BEDROCK}: it has none, {', '.join(words)}")
    return words[effort]


def _add_top_k(options: Mapping[str, Any], facts: Capabilities, fields: dict[str, Any]) -> None:
    top_k = options.get("top_k")
    if top_k is None:
        return
    if not facts.top_k:
        raise UnsupportedError("top_k", why=ON_BEDROCK)
    if facts.top_k == "topK":  # https://docs.aws.amazon.com/nova/latest/userguide/complete-request-schema.html
        fields["inferenceConfig"] = {"topK": top_k}
    else:
        fields["top_k"] = top_k


def _add_serial(box: Toolbox, facts: Capabilities, fields: dict[str, Any]) -> None:
    if not box.serial:
        return
    if not facts.serial_tools:
        raise UnsupportedError("parallel_tool_calls", why=f"as False {ON_BEDROCK}")
    # Claude's own field; Converse has none (https://platform.claude.com/docs/en/agents-and-tools/tool-use).
    choice = (box.config or {}).get("toolChoice") or {"auto": {}}
    kind, more = next(iter(choice.items()))
    fields["tool_choice"] = {"type": kind, **more, "disable_parallel_tool_use": True}
