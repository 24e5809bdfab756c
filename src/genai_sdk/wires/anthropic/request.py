"""From a chat call in OpenAI's shape to the body of a request for a message."""

import re
from collections.abc import Mapping, Sequence, Set
from typing import Any

from genai_sdk.wires.anthropic.messages import Conversation
from genai_sdk.wires.anthropic.models import ClaudeTraits
from genai_sdk.wires.anthropic.tools import tool_fields
from genai_sdk.wires.operation import ChatRequest
from genai_sdk.wires.talk import plain_talk
from genai_sdk.wires.unsupported import JSON_OBJECT, ON_WIRE, WITH_MODEL, UnsupportedError
from genai_sdk.wires.wire import UnencodableError


def _names(text: str) -> Set[str]:
    return frozenset(text.split())


# `MessageCreateParams` of anthropic 2.14.0 has no field for these.
LACKS: Set[str] = _names(
    """
    audio frequency_penalty logit_bias logprobs modalities n prediction presence_penalty prompt_cache_key
    prompt_cache_retention safety_identifier safety_settings seed store top_logprobs verbosity
    """
) | {JSON_OBJECT}

_SAMPLING = ("temperature", "top_p", "top_k")

# What thinks by a budget is given litellm's budgets (1.106.2); 1,024 is Anthropic's least.
_BUDGETS = {"minimal": 1_024, "low": 1_024, "medium": 2_048, "high": 4_096, "xhigh": 8_192, "max": 16_384}
_LEAST_BUDGET = 1_024
_EFFORTS = {"minimal": "low"}

# Anthropic's tiers are auto and standard_only; OpenAI's `default` is the latter.
_TIERS = {"auto": "auto", "default": "standard_only", "standard_only": "standard_only"}

# "Do not include any identifying information such as name, email address, or phone number" (`MetadataParam`).
_PERSON = r"[^@\s]+@[^@\s]+\.[^@\s]{2,}|\+?[\d\s()-]{7,}"


def conditional_of(facts: ClaudeTraits) -> Set[str]:
    """Return the parameters of which a model takes only some values."""
    names = {"reasoning_effort", "service_tier", "stream_options", "user"}
    if not facts.sampling:
        names.update(_SAMPLING)
    if not facts.forces_tools:
        names.add("tool_choice")
    return frozenset(names)


def places_of(facts: ClaudeTraits) -> Mapping[str, str]:
    """Return where parameters go that Anthropic calls otherwise; those of tools keep their names and are rewritten."""
    return {
        "max_completion_tokens": "max_tokens",
        "parallel_tool_calls": "tool_choice.disable_parallel_tool_use",
        "reasoning_effort": "output_config.effort" if facts.adaptive else "thinking.budget_tokens",
        "response_format": "output_config.format" if facts.schemas else "tools",
        "stop": "stop_sequences",
        "tool_choice": "tool_choice",
        "tools": "tools",
        "user": "metadata.user_id",
        "web_search_options": "tools",
    }


def message_fields(request: ChatRequest, facts: ClaudeTraits, *, takes_urls: bool) -> dict[str, Any]:
    """Return the body of a request, without the model.

    Args:
        request: The call.
        facts: What its model takes.
        takes_urls: Whether the host fetches images and documents from the web.

    Raises:
        UnsupportedError: The model does not take a parameter.
        UnencodableError: Something in the call has no place on this wire.
    """
    options = request.options
    bound = options.get("max_completion_tokens") or options.get("max_tokens")
    fields: dict[str, Any] = {"max_tokens": int(bound or facts.max_tokens)}
    if (spoken := plain_talk(request.messages)) is not None:
        system, fields["messages"] = spoken
        if system:
            fields["system"] = system
    else:
        fields.update(_told(request.messages, facts, takes_urls=takes_urls))
    if not options:
        return fields
    fields.update(_sampling(options, facts))
    if options.get("stop"):
        stop = options["stop"]
        fields["stop_sequences"] = [stop] if isinstance(stop, str) else list(stop)
    if (user := options.get("user")) and not re.fullmatch(_PERSON, user):
        fields["metadata"] = {"user_id": user}
    if tier := options.get("service_tier"):
        if tier not in _TIERS:
            raise UnsupportedError("service_tier", why=f"as {tier!r} {ON_WIRE}: there are 'auto' and 'default'")
        fields["service_tier"] = _TIERS[tier]
    fields.update(tool_fields(options, facts))
    _add_thinking(fields, options, facts)
    return fields


def _told(messages: Sequence[Any], facts: ClaudeTraits, *, takes_urls: bool) -> dict[str, Any]:
    """Return the fields that a conversation of any kind makes."""
    talk = Conversation(messages, takes_urls=takes_urls, late_system=facts.late_system)
    if talk.is_prefilled and not facts.prefill:
        raise UnencodableError("this model does not go on from an assistant's message at the end of the conversation")
    turns = talk.finish()
    return {"messages": turns, "system": talk.system_field()} if talk.system else {"messages": turns}


def _sampling(options: Mapping[str, Any], facts: ClaudeTraits) -> dict[str, Any]:
    wanted = {name: options[name] for name in _SAMPLING if options.get(name) is not None}
    if facts.sampling:
        return wanted
    # What these models do anyway is nothing to refuse.
    refused = [name for name, item in wanted.items() if name == "top_k" or item != 1]
    if refused:
        raise UnsupportedError(*refused, why=WITH_MODEL)
    return {}


def _add_thinking(fields: dict[str, Any], options: Mapping[str, Any], facts: ClaudeTraits) -> None:
    if options.get("thinking") is not None:
        fields["thinking"] = options["thinking"]
    effort = options.get("reasoning_effort")
    if isinstance(effort, Mapping):
        effort = effort.get("effort")
    if effort is None:
        return
    if effort == "none":
        if facts.always_thinks:
            raise UnsupportedError("reasoning_effort", why=f"as 'none' {WITH_MODEL}: it always thinks")
        if facts.adaptive and "thinking" not in fields:
            fields["thinking"] = {"type": "disabled"}
        return
    if not facts.thinks or effort not in _BUDGETS:
        raise UnsupportedError("reasoning_effort", why=f"as {effort!r} {WITH_MODEL}")
    if facts.adaptive:
        named = _EFFORTS.get(effort, effort)
        if named not in facts.efforts:
            known = ", ".join(sorted(facts.efforts))
            raise UnsupportedError("reasoning_effort", why=f"as {effort!r} {WITH_MODEL}: there are {known}")
        # Without `display` the newer models return their thinking empty.
        fields.setdefault("thinking", {"type": "adaptive", "display": "summarized"})
        fields["output_config"] = {**fields.get("output_config", {}), "effort": named}
    elif "thinking" not in fields:
        budget = max(_LEAST_BUDGET, min(_BUDGETS[effort], fields["max_tokens"] - 1))  # "must be less than max_tokens"
        fields["thinking"] = {"type": "enabled", "budget_tokens": budget}
