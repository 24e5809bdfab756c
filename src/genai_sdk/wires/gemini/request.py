"""A chat call as the body of generateContent."""

from collections.abc import Mapping, Set
from typing import Any

import msgspec

from genai_sdk.wires.gemini.contents import Conversation
from genai_sdk.wires.gemini.models import generation_of, row_of
from genai_sdk.wires.gemini.schema import google_schema, json_schema
from genai_sdk.wires.gemini.tools import calling_of, tools_of
from genai_sdk.wires.operation import ChatRequest
from genai_sdk.wires.talk import plain_talk
from genai_sdk.wires.unsupported import WITH_MODEL, UnsupportedError, is_set
from genai_sdk.wires.wire import UnencodableError

LACKS: Set[str] = frozenset(
    {
        "logit_bias",
        "parallel_tool_calls",
        "prediction",
        "prompt_cache_key",
        "prompt_cache_retention",
        "safety_identifier",
        "user",
        "verbosity",
    }
)
"""The parameters of chat that Google has no place for."""
LACKS_ON_VERTEX: Set[str] = LACKS | {"store"}
"""Those that Vertex AI has no place for (google-genai 3.6.1, `_GenerateContentConfig_to_vertex`)."""

_NUMBERS: Mapping[str, str] = {
    "temperature": "temperature",
    "top_p": "topP",
    "top_k": "topK",
    "n": "candidateCount",
    "max_tokens": "maxOutputTokens",
    "max_completion_tokens": "maxOutputTokens",
    "seed": "seed",
    "frequency_penalty": "frequencyPenalty",
    "presence_penalty": "presencePenalty",
    "logprobs": "responseLogprobs",
    "top_logprobs": "logprobs",
}
_TIERS: Mapping[str, str | None] = {"auto": None, "default": "standard"}
_ROLES = {"user": "user", "assistant": "model"}
_MERGED = ("generationConfig", "toolConfig")
_JSON = "application/json"
_WITHOUT_PENALTIES = 3
"""The generation from which on Google refuses penalties."""


def conditional_of(model: str) -> Set[str]:
    """Return the parameters of which a model takes only some values."""
    names = {"reasoning_effort", "service_tier", "stream_options"}
    if row_of(model).thinking == "none":
        names.add("thinking")
    if generation_of(model) >= _WITHOUT_PENALTIES:
        names |= {"frequency_penalty", "presence_penalty"}
    return frozenset(names)


def places_of(model: str) -> Mapping[str, str]:
    """Return where parameters go."""
    how = "thinkingLevel" if row_of(model).thinking == "levels" else "thinkingBudget"
    return {
        **{name: f"generationConfig.{field}" for name, field in _NUMBERS.items()},
        "audio": "generationConfig.speechConfig",
        "modalities": "generationConfig.responseModalities",
        "reasoning_effort": f"generationConfig.thinkingConfig.{how}",
        "response_format": "generationConfig.responseMimeType",
        "safety_settings": "safetySettings",
        "service_tier": "serviceTier",
        "stop": "generationConfig.stopSequences",
        "thinking": "generationConfig.thinkingConfig",
        "tool_choice": "toolConfig.functionCallingConfig",
        "tools": "tools",
        "web_search_options": "tools",
    }


def chat_body(request: ChatRequest, model: str) -> bytes:
    """Return the body of a chat call.

    Raises:
        UnsupportedError: The model has no place for a parameter.
        UnencodableError: Something in the call cannot be put into Google's words.
    """
    options = request.options
    if (spoken := plain_talk(request.messages)) is not None:
        contents = [{"role": _ROLES[turn["role"]], "parts": [{"text": turn["content"]}]} for turn in spoken[1]]
        system = [{"text": spoken[0]}] if spoken[0] else []
    else:
        talk = Conversation(request.messages, generation_of(model))
        contents, system = talk.contents, talk.system
    body: dict[str, Any] = {"contents": contents}
    if system:
        body["system_instruction"] = {"parts": system}
    if not options:
        return encoded(body)
    _add_tools(body, options, model)
    if config := _config(options, model):
        body["generationConfig"] = config
    if (settings := options.get("safety_settings")) is not None:
        body["safetySettings"] = settings
    if (store := options.get("store")) is not None:
        body["store"] = store
    if (tier := options.get("service_tier")) is not None and (tier := _TIERS.get(tier, tier)) is not None:
        body["serviceTier"] = tier
    return encoded(merged(body, options.get("extra_body")))


def merged(body: dict[str, Any], extra: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a body with the call's own fields in it; those of a configuration stand beside ours, not instead."""
    for name, item in (extra or {}).items():
        both = name in _MERGED and name in body and isinstance(item, Mapping)
        body[name] = {**body[name], **item} if both else item
    return body


def _add_tools(body: dict[str, Any], options: Mapping[str, Any], model: str) -> None:
    tool_options, searches = options.get("tools") or (), options.get("web_search_options") is not None
    if tools := tools_of(tool_options, searches=searches):
        body["tools"] = tools
    choice = options.get("tool_choice")
    if choice in ("auto", "none") and not tools:
        choice = None  # it says nothing
    if choice is None and not tool_options:
        return
    validates = row_of(model).thinking != "none"
    if (calling := calling_of(choice, tool_options, validates=validates)) is not None:
        body["toolConfig"] = {"functionCallingConfig": calling}


def _config(options: Mapping[str, Any], model: str) -> dict[str, Any]:
    if generation_of(model) >= _WITHOUT_PENALTIES:
        penalties = [name for name in ("frequency_penalty", "presence_penalty") if is_set(name, options.get(name))]
        if penalties:
            raise UnsupportedError(*penalties, why=WITH_MODEL)
    config = {key: item for name, key in _NUMBERS.items() if (item := options.get(name)) is not None}
    if (stop := options.get("stop")) is not None:
        config["stopSequences"] = [str(stop)] if isinstance(stop, str) else list(stop)
    if (form := options.get("response_format")) is not None:
        config.update(_form(form))
    if (kinds := options.get("modalities")) is not None:
        config["responseModalities"] = [str(kind).upper() for kind in kinds]
    if (audio := options.get("audio")) is not None:
        config["speechConfig"] = _speech(audio)
    if (thinking := _thinking(options, model)) is not None:
        config["thinkingConfig"] = thinking
    return config


def _form(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return what asks for an answer of a form."""
    match form.get("type"):
        case "text":
            return {}
        case "json_object":
            schema = form.get("response_schema")  # litellm's
        case "json_schema":
            described = form.get("json_schema") or {}
            schema = described.get("schema")
        case kind:
            raise UnencodableError(f"the response_format {kind!r}")
    if not schema:
        return {"responseMimeType": _JSON}
    converted = google_schema(schema)
    if converted is not None:
        return {"responseMimeType": _JSON, "responseSchema": converted}
    return {"responseMimeType": _JSON, "responseJsonSchema": json_schema(schema)}


def _speech(audio: Mapping[str, Any]) -> dict[str, Any]:
    voice = audio.get("voice")
    if not isinstance(voice, str):
        raise UnencodableError("audio without the name of a voice")
    return {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": voice}}}


def _thinking(options: Mapping[str, Any], model: str) -> dict[str, Any] | None:
    effort, thinking = options.get("reasoning_effort"), options.get("thinking")
    if effort is None and thinking is None:
        return None
    row = row_of(model)
    if row.thinking == "none":
        if effort == "none" or (isinstance(thinking, Mapping) and thinking.get("type") == "disabled"):
            return None
        raise UnsupportedError("reasoning_effort" if thinking is None else "thinking", why=WITH_MODEL)
    if isinstance(thinking, Mapping):  # Anthropic's form of the same
        match thinking.get("type"):
            case "disabled":
                effort = "none"
            case "adaptive":
                return {"includeThoughts": True}
            case _ if thinking.get("budget_tokens") is not None:
                return {"includeThoughts": True, "thinkingBudget": thinking["budget_tokens"]}
            case _:
                return {"includeThoughts": True}
    if not isinstance(effort, str) or effort not in row.efforts:
        raise UnsupportedError("reasoning_effort", why=f"as {effort!r}: Gemini has {', '.join(row.efforts)}")
    name = "thinkingLevel" if row.thinking == "levels" else "thinkingBudget"
    config = {name: row.efforts[effort]}
    return config if effort == "none" else {"includeThoughts": True, **config}


def encoded(body: Any) -> bytes:
    """Return a body as JSON.

    Raises:
        UnencodableError: Something in it is no JSON.
    """
    try:
        return _encode(body)
    except (TypeError, ValueError, OverflowError, RecursionError, msgspec.MsgspecError) as error:
        problem = str(error) or type(error).__name__
    raise UnencodableError(f"it is no JSON: {problem}")


def _known(item: Any) -> Any:
    """Return JSON for what msgspec does not know."""
    if isinstance(item, str):
        return str(item)
    if isinstance(item, Mapping):
        return dict(item)
    if hasattr(item, "model_dump"):
        return item.model_dump(exclude_none=True)
    raise TypeError(f"it holds a value of the type {type(item).__name__!r}")


_encode = msgspec.json.Encoder(enc_hook=_known).encode
