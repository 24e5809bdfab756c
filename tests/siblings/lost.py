"""What answers hold beyond a text: none of it is lost, and a stream keeps what a whole answer keeps."""

import json
from typing import Any

from tests.siblings.rows import Row, stream, whole
from tests.siblings.world import (
    aws_events,
    chat,
    chunk,
    converse,
    events,
    google,
    http,
    message,
    response,
    said,
    streamed,
    text,
)

CALL = {"finish": "tool_calls", "calls": [("f", {"a": 1})]}
TWO = {"calls": [("f", {"a": 1}), ("g", {"b": 2})]}
HM = {"text": "yes", "reasoning": "hm"}


def tool(**fields: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": None, "tool_calls": [fields]}


def function(arguments: Any, name: Any = "f") -> dict[str, Any]:
    return {"name": name, "arguments": arguments}


def deltas(*calls: Any, end: str = "tool_calls") -> bytes:
    return events(
        *(chunk({"tool_calls": call if isinstance(call, list) else [call]}) for call in calls), chunk({}, end)
    )


_CALLS = [
    whole("arguments that are an object", "chat", http(chat(tool(id="x", type="function", function=function({"a": 1})))), **CALL),
    whole("arguments encoded twice", "chat", http(chat(tool(id="x", type="function", function=function(json.dumps('{"a": 1}'))))), **CALL),
    whole("no id", "chat", http(chat(tool(type="function", function=function('{"a": 1}')))), **CALL),
    whole("an id that is a number", "chat", http(chat(tool(id=7, type="function", function=function('{"a": 1}')))), **CALL),
    whole("no type", "chat", http(chat(tool(id="x", function=function('{"a": 1}')))), **CALL),
    whole("name and arguments on the call", "chat", http(chat(tool(id="x", name="f", arguments={"a": 1}))), **CALL),
    whole("parameters in place of arguments", "chat", http(chat(tool(id="x", function={"name": "f", "parameters": {"a": 1}}))), **CALL),
    whole("arguments of null", "chat", http(chat(tool(id="x", function=function(None)))), calls=[("f", {})]),
    whole("arguments that are empty", "chat", http(chat(tool(id="x", function=function("")))), calls=[("f", {})]),
    whole("no arguments", "chat", http(chat(tool(id="x", function={"name": "f"}))), calls=[("f", {})]),
    whole("one call that is no list", "chat", http(chat({"content": "", "tool_calls": {"id": "x", "function": function('{"a": 1}')}})), **CALL),
    whole("the older function_call", "chat", http(chat({"content": None, "function_call": function('{"a": 1}')}, "function_call")), finish="function_call"),
    whole("calls that are null in a list", "chat", http(chat({"content": "hi", "tool_calls": [None]})), text="hi"),
    whole("an empty list of calls with tool_calls", "chat", http(chat({"content": "hi", "tool_calls": []}, "tool_calls")), text="hi", calls=[]),
    stream("an index that is text", "chat", deltas({"index": "0", "id": "x", "function": function('{"a"')}, {"index": "0", "function": {"arguments": ": 1}"}}), **CALL),
    stream("no index and one call", "chat", deltas({"id": "x", "function": function('{"a"')}, {"function": {"arguments": ": 1}"}}), **CALL),
    stream("no index and two calls", "chat", deltas({"id": "x", "function": function('{"a": 1}')}, {"id": "y", "function": function('{"b": 2}', "g")}), **TWO),
    stream("no id in what follows, and a null name", "chat", deltas({"index": 0, "id": "x", "type": "function", "function": function("")}, {"index": 0, "id": None, "type": None, "function": {"name": None, "arguments": '{"a": 1}'}}), **CALL),
    stream("an empty id and name in what follows", "chat", deltas({"index": 0, "id": "x", "function": function("")}, {"index": 0, "id": "", "function": {"name": "", "arguments": '{"a": 1}'}}), **CALL),
    stream("the name in pieces", "chat", deltas({"index": 0, "id": "x", "function": {"name": "f"}}, {"index": 0, "function": {"arguments": '{"a": 1}'}}), **CALL),
    stream("the id and name with each piece", "chat", deltas(*({"index": 0, "id": "x", "type": "function", "function": function(piece)} for piece in ('{"a"', ": 1", "}"))), **CALL),
    stream("another id with each piece", "chat", deltas(*({"index": 0, "id": f"x{n}", "function": {"arguments": piece, **({"name": "f"} if n == 0 else {})}} for n, piece in enumerate(('{"a"', ": 1", "}")))), **CALL),
    stream("two calls in turns", "chat", deltas([{"index": 0, "id": "x", "function": function("")}, {"index": 1, "id": "y", "function": function("", "g")}], {"index": 1, "function": {"arguments": '{"b": 2}'}}, {"index": 0, "function": {"arguments": '{"a": 1}'}}), **TWO),
    stream("two calls of index 0 and two ids", "chat", deltas({"index": 0, "id": "x", "function": function('{"a": 1}')}, {"index": 0, "id": "y", "function": function('{"b": 2}', "g")}), **TWO),
    stream("indices that begin at 1", "chat", deltas({"index": 1, "id": "x", "function": function('{"a": 1}')}, {"index": 2, "id": "y", "function": function('{"b": 2}', "g")}), **TWO),
    stream("arguments that are an object", "chat", deltas({"index": 0, "id": "x", "function": function({"a": 1})}), **CALL),
    stream("arguments of null, then pieces", "chat", deltas({"index": 0, "id": "x", "function": function(None)}, {"index": 0, "function": {"arguments": '{"a": 1}'}}), **CALL),
    stream("an empty object, then pieces", "chat", deltas({"index": 0, "id": "x", "function": function({})}, {"index": 0, "function": {"arguments": '{"a": 1}'}}), **CALL),
    stream("no arguments at all", "chat", deltas({"index": 0, "id": "x", "function": {"name": "f"}}), calls=[("f", {})]),
    stream("the call once more at its end", "chat", deltas({"index": 0, "id": "x", "function": function('{"a": 1}')}, {"index": 0, "id": "x", "function": function('{"a": 1}')}), **CALL),
    stream("calls with the finish word stop", "chat", deltas({"index": 0, "id": "x", "function": function('{"a": 1}')}, end="stop"), **CALL),
    stream("calls with the finish word on their chunk", "chat", events(chunk({"tool_calls": [{"index": 0, "id": "x", "function": function('{"a": 1}')}]}, "tool_calls")), **CALL),
    stream("a call with a delta that is one object", "chat", events(chunk({"tool_calls": {"index": 0, "id": "x", "function": function('{"a": 1}')}}), chunk({}, "tool_calls")), **CALL),
    stream("a call in a whole message at the end", "chat", events(chunk({"role": "assistant"}), {"choices": [{"index": 0, "delta": {}, "message": tool(id="x", function=function('{"a": 1}')), "finish_reason": "tool_calls"}]}), **CALL),
]  # fmt: skip

_REASONING = [
    *(
        row
        for name, words in (
            ("reasoning_content", "hm"), ("reasoning", "hm"), ("thinking", "hm"), ("reasoning_text", "hm"), ("thought", "hm"), ("thoughts", "hm"), ("reasoning", {"content": "hm"}), ("thinking", {"content": "hm"}),
            ("reasoning_details", [{"type": "reasoning.text", "text": "hm", "index": 0}]), ("reasoning_content", ["hm"]), ("reasoning", [{"type": "text", "text": "hm"}]),
        )
        for row in (
            whole(f"reasoning under {name} as {type(words).__name__}", "chat", http(chat({"content": "yes", name: words})), **HM),
            stream(f"reasoning under {name} as {type(words).__name__} in a stream", "chat", events(chunk({name: words}), chunk("yes"), chunk({}, "stop")), **HM),
        )
    ),
    whole("reasoning under two names", "chat", http(chat({"content": "yes", "reasoning": "hm", "reasoning_content": "hm"})), **HM),
    stream("reasoning under two names in a stream", "chat", events(chunk({"reasoning": "h", "reasoning_content": "h"}), chunk({"reasoning": "m", "reasoning_content": "m"}), chunk("yes"), chunk({}, "stop")), **HM),
    stream("OpenRouter's reasoning and its details", "chat", events(chunk({"content": "", "reasoning": "hm", "reasoning_details": [{"type": "reasoning.text", "text": "hm", "format": "x", "index": 0}]}), chunk("yes"), chunk({"reasoning_details": [{"type": "reasoning.text", "signature": "S", "index": 0}]}), chunk({}, "stop")), **HM, message={"reasoning_details": [{"type": "reasoning.text", "text": "hm", "format": "x", "index": 0, "signature": "S"}]}),
    whole("Mistral's thinking parts", "chat", http(chat({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "yes"}]})), **HM),
    stream("Mistral's thinking parts in a stream", "chat", events(chunk({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}]}), chunk("yes"), chunk({}, "stop")), **HM),
    whole("tags around thinking", "chat", http(chat("<think>hm</think>yes")), **HM),
    stream("tags around thinking cut anywhere", "chat", events(*(chunk(piece) for piece in ("<th", "ink>h", "m</t", "hink>", "yes")), chunk({}, "stop")), **HM),
    whole("an answer that is only reasoning", "chat", http(chat({"content": None, "reasoning_content": "hm"}, "stop")), reasoning="hm"),
]  # fmt: skip

_IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
_CITED = [{"type": "url_citation", "url_citation": {"url": "https://a.example", "title": "A"}}]


def _kept(says: str, **fields: Any) -> list[Row]:
    """Return rows of fields of a message, whole and as a delta."""
    return [
        whole(says, "chat", http(chat({"role": "assistant", "content": "hi", **fields})), text="hi", message=fields),
        stream(
            f"{says} in a stream",
            "chat",
            events(chunk("hi"), chunk(fields), chunk({}, "stop")),
            text="hi",
            message=fields,
        ),
    ]


def _beside(says: str, **fields: Any) -> list[Row]:
    """Return rows of fields beside the choices."""
    return [
        whole(says, "chat", http(chat("hi", **fields)), text="hi", extra=fields),
        stream(
            f"{says} in a stream", "chat", events(chunk("hi"), chunk({}, "stop", **fields)), text="hi", extra=fields
        ),
        stream(
            f"{says} in every chunk",
            "chat",
            events(chunk("hi", **fields), chunk({}, "stop", **fields)),
            text="hi",
            extra=fields,
        ),
    ]


_KEPT = [
    *_kept("images in the message", images=[_IMAGE]),
    *_kept("annotations", annotations=_CITED),
    *_kept("audio", audio={"id": "a", "data": "AAAA", "transcript": "hi", "expires_at": 9}),
    *_kept("Perplexity's and xAI's citations in the message", citations=["https://a.example"]),
    *_kept("a message's own context of Azure", context={"citations": [{"content": "x", "url": "https://a.example"}], "intent": "[]"}),
    *_kept("Groq's executed tools", executed_tools=[{"type": "search", "index": 0, "arguments": "{}", "output": "x"}]),
    *_kept("a field nobody knows", mulled_over={"a": [1]}),
    *_beside("Perplexity's citations", citations=["https://a.example", "https://b.example"]),
    *_beside("Perplexity's search results", search_results=[{"title": "A", "url": "https://a.example"}]),
    *_beside("related questions", related_questions=["What else?"]),
    *_beside("the class of service", service_tier="flex"),
    *_beside("the fingerprint", system_fingerprint="fp"),
    *_beside("who served it (OpenRouter)", provider="Groq"),
    *_beside("Zhipu's web search", web_search=[{"title": "A", "link": "https://a.example"}]),
    *_beside("Qwen's search info", search_info={"search_results": [{"url": "https://a.example"}]}),
    stream("images that come again with each chunk", "chat", events(chunk("hi"), chunk({"images": [_IMAGE]}), chunk({"images": [_IMAGE]}, "stop")), message={"images": [_IMAGE]}),
    stream("audio in pieces", "chat", events(chunk({"audio": {"id": "a", "transcript": "h"}}), chunk({"audio": {"data": "AAAA"}}), chunk({"audio": {"transcript": "i"}}), chunk({"audio": {"data": "BBBB", "expires_at": 9}}), chunk({}, "stop")), message={"audio": {"id": "a", "transcript": "hi", "data": "AAAABBBB", "expires_at": 9}}),
    whole("an image as a part", "chat", http(chat({"content": [{"type": "text", "text": "hi"}, _IMAGE]})), text="hi", message={"images": [_IMAGE]}),
    whole("a part that nobody knows", "chat", http(chat({"content": [{"type": "text", "text": "hi"}, {"type": "hologram", "data": "x"}]})), text="hi", message={"content_parts": [{"type": "hologram", "data": "x"}]}),
    stream("a part that nobody knows in a stream", "chat", events(chunk({"content": [{"type": "text", "text": "hi"}, {"type": "hologram", "data": "x"}]}), chunk({}, "stop")), text="hi", message={"content_parts": [{"type": "hologram", "data": "x"}]}),
    whole("content that is decoded JSON", "chat", http(chat({"content": {"answer": 42}})), text='{"answer":42}'),
    whole("content that is a number", "chat", http(chat({"content": 42})), text="42"),
    whole("a call that xAI has made itself", "chat", http(chat({"content": "hi", "tool_calls": [{"id": "x", "type": "web_search_call", "function": {"name": "web_search", "arguments": "{}"}}]})), text="hi", calls=[], finish="stop"),
    stream("Anthropic's blocks in turns", "messages", events({"type": "message_start", "message": message(stop=None)}, {"type": "content_block_start", "index": 0, "content_block": text("")}, {"type": "content_block_start", "index": 1, "content_block": {"type": "tool_use", "id": "t", "name": "f", "input": {}}}, {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": '{"a":'}}, {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "hi"}}, {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": "1}"}}, {"type": "content_block_stop", "index": 0}, {"type": "content_block_stop", "index": 1}, {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 2}}, {"type": "message_stop"}, done=False), text="hi", **CALL),
    whole("a refusal as a part", "chat", http(chat({"content": [{"type": "refusal", "refusal": "No."}]})), refusal="No."),
    stream("a refusal as a part in a stream", "chat", events(chunk({"content": [{"type": "refusal", "refusal": "No."}]}), chunk({}, "stop")), refusal="No."),
    whole("Anthropic's block nobody knows", "messages", http(message({"type": "hologram", "data": "x"}, text("hi"))), text="hi", message={"content_blocks": [{"type": "hologram", "data": "x"}, text("hi")]}),
    stream("Anthropic's block nobody knows in a stream", "messages", events(*streamed([{"type": "hologram", "data": "x"}], [text(""), {"type": "text_delta", "text": "hi"}]), done=False), text="hi", message={"content_blocks": [{"type": "hologram", "data": "x"}, text("hi")]}),
    stream("Anthropic's delta nobody knows", "messages", events(*streamed([{"type": "hologram"}, {"type": "light_delta", "light": "x"}], [text(""), {"type": "text_delta", "text": "hi"}]), done=False), text="hi", message={"content_blocks": [{"type": "hologram", "deltas": [{"type": "light_delta", "light": "x"}]}, text("hi")]}),
    stream("Anthropic's use of a tool with null for a piece", "messages", events(*streamed([{"type": "tool_use", "id": "x", "name": "f", "input": {}}, {"type": "input_json_delta", "partial_json": None}, {"type": "input_json_delta", "partial_json": '{"a": 1}'}], stop="tool_use"), done=False), **CALL),
    stream("Anthropic's use of a tool whole in its start", "messages", events(*streamed([{"type": "tool_use", "id": "x", "name": "f", "input": {"a": 1}}], stop="tool_use"), done=False), **CALL),
    whole("Anthropic's use of a tool with end_turn", "messages", http(message({"type": "tool_use", "id": "x", "name": "f", "input": {"a": 1}})), **CALL),
    whole("Anthropic's input that is text", "messages", http(message({"type": "tool_use", "id": "x", "name": "f", "input": '{"a": 1}'}, stop="tool_use")), **CALL),
    whole("Anthropic's content that is text", "messages", http(message() | {"content": "hi"}), text="hi"),
    whole("Google's part nobody knows", "gemini", http(google({"hologram": {"data": "x"}}, {"text": "hi"})), text="hi", message={"parts": [{"hologram": {"data": "x"}}, {"text": "hi"}]}),
    whole("Google's call with arguments as text", "gemini", http(google({"functionCall": {"name": "f", "args": '{"a": 1}'}})), **CALL),
    whole("Google's call with null arguments", "gemini", http(google({"functionCall": {"name": "f", "args": None}})), calls=[("f", {})]),
    stream("Google's call in its last event", "gemini", events(google({"functionCall": {"name": "f", "args": {"a": 1}}}), done=False), **CALL),
    stream("Google's thought and signature apart", "gemini", events(google({"text": "hm", "thought": True}, finish=None), google({"text": "yes"}, finish=None), google({"text": "", "thoughtSignature": "S"}), done=False), **HM, message={"parts": [{"text": "hm", "thought": True}, {"text": "yes"}, {"text": "", "thoughtSignature": "S"}]}),
    whole("Bedrock's block nobody knows", "converse", http(converse({"hologram": {"data": "x"}}, {"text": "hi"})), text="hi", message={"content_blocks": [{"hologram": {"data": "x"}}, {"text": "hi"}]}),
    whole("Bedrock's input that is text", "converse", http(converse({"toolUse": {"toolUseId": "x", "name": "f", "input": '{"a": 1}'}}, stop="tool_use")), **CALL),
    stream("Bedrock's use of a tool with no pieces", "converse", aws_events(("messageStart", {"role": "assistant"}), ("contentBlockStart", {"contentBlockIndex": 0, "start": {"toolUse": {"toolUseId": "x", "name": "f"}}}), ("contentBlockStop", {"contentBlockIndex": 0}), ("messageStop", {"stopReason": "tool_use"})), calls=[("f", {})]),
    whole("a response's item nobody knows", "responses", http(response({"type": "hologram", "id": "h", "data": "x"}, said("hi"))), text="hi", message={"content_blocks": [{"type": "hologram", "id": "h", "data": "x"}, said("hi")]}),
    whole("a response's call with arguments as an object", "responses", http(response({"type": "function_call", "id": "i", "call_id": "x", "name": "f", "arguments": {"a": 1}})), **CALL),
    whole("a response's call with no arguments", "responses", http(response({"type": "function_call", "id": "i", "call_id": "x", "name": "f"})), calls=[("f", {})]),
    whole("a response's text as a text", "responses", http(response({"type": "message", "role": "assistant", "content": "hi"})), text="hi"),
    whole("a response's part called text", "responses", http(response({"type": "message", "role": "assistant", "content": [{"type": "text", "text": "hi"}]})), text="hi"),
    whole("a response's reasoning as content", "responses", http(response({"type": "reasoning", "id": "r", "summary": [], "content": [{"type": "reasoning_text", "text": "hm"}]}, said("yes"))), **HM),
    stream("a response's call whole at the end only", "responses", events({"type": "response.completed", "response": response({"type": "function_call", "id": "i", "call_id": "x", "name": "f", "arguments": '{"a": 1}'})}, done=False), **CALL),
    stream("a response's arguments done only", "responses", events({"type": "response.output_item.added", "output_index": 0, "item": {"type": "function_call", "id": "i", "call_id": "x", "name": "f", "arguments": ""}}, {"type": "response.function_call_arguments.done", "output_index": 0, "item_id": "i", "arguments": '{"a": 1}'}, {"type": "response.completed", "response": response()}, done=False), **CALL),
]  # fmt: skip

ROWS: list[Row] = [*_CALLS, *_REASONING, *_KEPT]
