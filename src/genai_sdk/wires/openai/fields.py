"""The fields of a message or a delta, mended where servers say them in another shape. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from genai_sdk.wires.ids import new_call_id
from genai_sdk.wires.unknown import Notice, ignore

NO_ARGUMENTS = "{}"
"""What stands for the arguments of a call that says none."""

# What servers call the reasoning that OpenAI's chat has no field for: vLLM and OpenRouter, Ollama.
_REASONING = ("reasoning", "thinking", "reasoning_text", "thought", "thoughts")

# Parts of an answer that are kept as they come, in `content_parts`: Mistral's references, other vendors' words behind a
# gateway.
_PARTS = frozenset(
    {"audio", "document_url", "file", "input_audio", "redacted_thinking", "reference", "refusal", "tool_file"}
)

# Kinds of calls that the server has made itself, which ask nothing of the client.
_SERVER_RUN = frozenset(
    {
        # https://docs.x.ai/docs/guides/tools/overview and openai 3.57.0, types/responses
        "code_execution",
        "code_interpreter",
        "collections_search",
        "file_search",
        "image_generation",
        "mcp",
        "web_search",
        "web_search_preview",
        "x_search",
        # https://docs.bigmodel.cn: what the model's own tools have done
        "drawing_tool",
        "retrieval",
        "web_browser",
        # Groq's compound models, and Anthropic's word behind a proxy
        "browser_search",
        "server_tool",
        "server_tool_use",
    }
)


def tell_apart(fields: dict[str, Any], notice: Notice = ignore) -> None:
    """Give content, reasoning and calls of tools their places; `fields` are written to."""
    content = fields.get("content")
    if content is not None and type(content) is not str:
        _spread(fields, content, notice)
    if not fields.get("reasoning_content") or type(fields["reasoning_content"]) is not str:
        _find_reasoning(fields)
    if calls := fields.get("tool_calls"):
        _sort_calls(fields, calls)
        if fields.get("tool_calls"):
            fields.pop("function_call", None)  # llama-cpp-python says each call a second time, in the older form


def _spread(fields: dict[str, Any], content: Any, notice: Notice) -> None:
    """Take content apart that is no text but a list of parts: Mistral's thinking, images, references."""
    if isinstance(content, Mapping) and not content.keys() & {"type", "text"}:
        content = msgspec.json.encode(content).decode()  # JSON that was asked for, decoded by a gateway
    parts = content if isinstance(content, list) else [content]
    texts: list[str] = []
    thoughts: list[str] = []
    images: list[Any] = []
    others: list[Any] = []
    for part in parts:
        kind = part.get("type") if isinstance(part, Mapping) else None
        if kind in ("thinking", "reasoning", "reasoning_text"):
            thoughts.append(reasoning_text(part))
        elif kind == "refusal":
            fields["refusal"] = (fields.get("refusal") or "") + str(part.get("refusal") or "")
        elif isinstance(part, Mapping) and isinstance(part.get("text"), str):
            texts.append(part["text"])
            if part.get("annotations"):
                fields["annotations"] = [*(fields.get("annotations") or ()), *part["annotations"]]
        elif kind in ("image_url", "image", "output_image"):
            images.append(part)
        elif isinstance(part, Mapping):
            others.append(part)
            if kind not in _PARTS:
                notice("block", kind)
        elif part is not None:
            texts.append(str(part))
    fields["content"] = "".join(texts) if texts or not (thoughts or images or others) else ""
    if thoughts and not fields.get("reasoning_content"):
        fields["reasoning_content"] = "".join(thoughts)
    if images:
        fields["images"] = [*(fields.get("images") or ()), *images]
    if others:
        fields["content_parts"] = others
    if not fields["content"] and fields.get("refusal"):
        del fields["content"]


def _find_reasoning(fields: dict[str, Any]) -> None:
    own = fields.pop("reasoning_content", None)
    if own:
        fields["reasoning_content"] = reasoning_text(own)
        return
    for name in _REASONING:
        item = fields.get(name)
        if isinstance(item, str):
            del fields[name]
            if item:
                fields["reasoning_content"] = item
                return
        elif item and (text := reasoning_text(item)):
            fields["reasoning_content"] = text
            return
    if text := reasoning_text(fields.get("reasoning_details")):
        fields["reasoning_content"] = text


def reasoning_text(item: Any) -> str:
    """Return the words of reasoning in whatever shape: text, a list, parts of Mistral's or OpenRouter's."""
    if isinstance(item, str):
        return item
    if isinstance(item, Mapping):
        names = ("text", "thinking", "summary", "reasoning", "content")
        return next((text for name in names if (text := reasoning_text(item.get(name)))), "")
    if isinstance(item, list | tuple):
        return "".join(reasoning_text(part) for part in item)
    return ""


def _sort_calls(fields: dict[str, Any], calls: Any) -> None:
    """Keep the calls that ask for an answer, and put aside those that the server has made itself."""
    calls = [calls] if isinstance(calls, Mapping) else list(calls)
    for_us: list[Any] = []
    by_server: list[Any] = []
    for call in (call for call in calls if isinstance(call, Mapping)):
        (by_server if _is_server_run(call) else for_us).append(call)
    if by_server:
        fields["server_tool_calls"] = [*(fields.get("server_tool_calls") or ()), *by_server]
    fields["tool_calls"] = for_us or None


def _is_server_run(call: Mapping[str, Any]) -> bool:
    kind = call.get("type")
    return isinstance(kind, str) and (kind.removesuffix("_call") in _SERVER_RUN or kind.startswith("openrouter:"))


def function_of(call: Mapping[str, Any]) -> dict[str, Any]:
    """Return the function of a call with its arguments as text; what stands beside it where there is none."""
    function = call.get("function")
    if isinstance(function, str):
        function = {"name": function, **{name: call[name] for name in ("arguments",) if name in call}}
    elif not isinstance(function, Mapping):
        function = {name: call[name] for name in ("name", "arguments") if name in call}
    made = dict(function)
    if "arguments" not in made and isinstance(parameters := made.get("parameters") or made.get("input"), Mapping):
        made["arguments"] = parameters
    arguments = made.get("arguments")
    if arguments is not None and type(arguments) is not str:
        # A gateway to Anthropic says an empty object first, and then the pieces.
        made["arguments"] = msgspec.json.encode(arguments).decode() if arguments else ""
    elif arguments and arguments[0] == '"':
        made["arguments"] = _once(arguments)
    return made


def _once(arguments: str) -> str:
    """Return arguments that were encoded twice as they were before the second time; any other as they are."""
    try:
        inner = msgspec.json.decode(arguments)
    except msgspec.DecodeError:
        return arguments
    return inner if isinstance(inner, str) and inner.lstrip()[:1] in ("{", "[") else arguments


def whole_calls(calls: Iterable[Any]) -> list[dict[str, Any]]:
    """Return calls of a whole answer, each with an id to answer it by and its arguments as text."""
    made = []
    for call in calls:
        fields = {**call, "id": str(call.get("id") or new_call_id())}
        if "custom" not in call:
            function = function_of(call)
            if not function.get("arguments"):
                function["arguments"] = NO_ARGUMENTS
            fields["function"] = function
        made.append(fields)
    return made
