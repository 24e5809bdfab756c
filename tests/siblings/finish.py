"""Why answers end, in the words of vendors and of servers that speak like them: none is taken for a clean end."""

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

_WORDS = {
    "stop": "eos_token eos end_turn stop_sequence COMPLETE <|im_end|> FINISH_REASON_STOP STOP Stop stop_token end_of_turn",
    "length": "max_output_tokens MAX_TOKENS model_length max_new_tokens time_limit context_window_exceeded max_length "
    "FINISH_REASON_MAX_TOKENS model_context_window_exceeded token_limit max_tokens_exceeded output_truncated "
    "max_context_tokens length_capped budget_exhausted",
    "content_filter": "sensitive SAFETY refusal RECITATION content_filtered guardrail_intervened content_policy "
    "PROHIBITED_CONTENT input_sensitive output_sensitive content_moderation safety_filter blocked_by_filter inappropriate",
}  # fmt: skip
_FAILED = (
    "error network_error insufficient_system_resource MALFORMED_FUNCTION_CALL abort timeout engine_overloaded "
    "server_overloaded internal_server_error upstream_error model_error connection_error out_of_memory cancelled"
)
CUT = {"error": "StreamInterruptedError"}


def _compatible() -> list[Row]:
    rows = []
    for finish, words in _WORDS.items():
        for word in words.split():
            rows.append(whole(f"{word} in an answer", "chat", http(chat("half", word)), finish=finish, text="half"))
            plays = events(chunk("half"), chunk({}, word))
            rows.append(stream(f"{word} in a stream", "chat", plays, finish=finish, text="half"))
    for word in _FAILED.split():
        rows.append(whole(f"{word} in an answer", "chat", http(chat("half", word)), error="ProviderUnavailableError"))
        rows.append(stream(f"{word} after content", "chat", events(chunk("half"), chunk({}, word)), **CUT))
        rows.append(stream(f"{word} before content", "chat", events(chunk({"role": "assistant"}), chunk({}, word)), error="ProviderUnavailableError"))  # fmt: skip
    return rows


def _other_places() -> list[Row]:
    call = [{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}]
    return [
        whole("a call whose word is tool_use", "chat", http(chat({"content": None, "tool_calls": call}, "tool_use")), finish="tool_calls"),
        whole("a call whose word is stop", "chat", http(chat({"content": None, "tool_calls": call}, "stop")), finish="tool_calls"),
        whole("a call with no word", "chat", http(chat({"content": None, "tool_calls": call}, None)), finish="tool_calls"),
        whole("tool_calls with no call and text", "chat", http(chat("hi", "tool_calls")), text="hi"),
        whole("a call cut by length", "chat", http(chat({"content": None, "tool_calls": [{"id": "a", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}]}, "length")), finish="length"),
        whole("an unknown word with text", "chat", http(chat("half", "mulled_over")), text="half", native="mulled_over"),
        whole("an unknown word and nothing else", "chat", http(chat("", "mulled_over")), error="ProviderUnavailableError", reason="malformed answer"),
        whole("an unknown word, null content", "chat", http(chat({"role": "assistant", "content": None}, "mulled_over")), error="ProviderUnavailableError"),
        stream("an unknown word with text in a stream", "chat", events(chunk("half"), chunk({}, "mulled_over")), text="half", native="mulled_over"),
        stream("an unknown word and nothing else in a stream", "chat", events(chunk({"role": "assistant", "content": ""}), chunk({}, "mulled_over")), error="ProviderUnavailableError"),
        whole("a word in camel case", "chat", http(chat("half", None, choice={"finishReason": "MAX_TOKENS"})), finish="length"),
        stream("a word in camel case in a stream", "chat", events(chunk("half"), chunk({}, None, choice={"finishReason": "SAFETY"})), finish="content_filter"),
        whole("a word under stop_reason", "chat", http(chat("half", None, choice={"stop_reason": "max_tokens"})), finish="length"),
        stream("a word under stop_reason in a stream", "chat", events(chunk("half"), chunk({}, None, choice={"stop_reason": "max_tokens"})), finish="length"),
        whole("vLLM's stop_reason that is a number beside stop", "chat", http(chat("hi", "stop", choice={"stop_reason": 128009})), finish="stop"),
        whole("OpenRouter's native word beside its own", "chat", http(chat("hi", "stop", choice={"native_finish_reason": "SAFETY"})), finish="content_filter", native="SAFETY"),
        whole("OpenRouter's native word for a cut", "chat", http(chat("hi", "stop", choice={"native_finish_reason": "max_output_tokens"})), finish="length"),
        whole("OpenRouter's native word for an end", "chat", http(chat("hi", "stop", choice={"native_finish_reason": "completed"})), finish="stop"),
        stream("OpenRouter's native word for a failure after content", "chat", events(chunk("half"), chunk({}, "stop", choice={"native_finish_reason": "MALFORMED_FUNCTION_CALL"})), **CUT),
        whole("Azure's filter results on the choice with no word", "chat",
              http(chat({"role": "assistant"}, None, choice={"content_filter_results": {"hate": {"filtered": True, "severity": "high"}}})), finish="content_filter"),
        whole("Azure's filter word with no message", "chat", http(chat(None, "content_filter", choice={"content_filter_results": {"sexual": {"filtered": True, "severity": "medium"}}})), finish="content_filter"),
        stream("Azure's filter results on the prompt first", "chat",
               events({"id": "", "object": "", "created": 0, "model": "", "choices": [], "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": {"hate": {"filtered": False, "severity": "safe"}}}]},
                      chunk({"role": "assistant", "content": ""}), chunk("hi"), chunk({}, "stop", choice={"content_filter_results": {}})), finish="stop", text="hi"),
        stream("Azure's asynchronous filter after the end", "chat",
               events(chunk("hi"), chunk({}, "stop"), {"id": "", "object": "", "created": 0, "model": "", "choices": [{"index": 0, "finish_reason": None, "content_filter_results": {"hate": {"filtered": False, "severity": "safe"}}, "content_filter_offsets": {"check_offset": 1}}]}), finish="stop", text="hi"),
        stream("Azure's filter in the middle", "chat", events(chunk("ha"), chunk({}, "content_filter", choice={"content_filter_results": {"violence": {"filtered": True, "severity": "high"}}})), finish="content_filter", text="ha"),
        whole("Azure's refused prompt", "chat", http({"error": {"message": "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.", "type": None, "param": "prompt", "code": "content_filter", "status": 400, "innererror": {"code": "ResponsibleAIPolicyViolation", "content_filter_result": {"jailbreak": {"filtered": True, "detected": True}}}}}, 400), error="ContentFilterError"),
        whole("an empty list of choices with usage", "chat", http(chat(choices=[])), error="ProviderUnavailableError"),
        whole("a choice that is null", "chat", http(chat(choices=[None])), error="ProviderUnavailableError"),
        whole("choices that are a dict", "chat", http({"choices": {"index": 0, "message": {"content": "hi"}, "finish_reason": "stop"}}), text="hi"),
        whole("a second choice that failed", "chat", http(chat(choices=[{"index": 0, "message": {"content": "a"}, "finish_reason": "stop"}, {"index": 1, "message": {"content": ""}, "finish_reason": "error"}])), error="ProviderUnavailableError"),
        whole("an object for a finish reason", "chat", http(chat("half", {"type": "length", "length": 5})), finish="length"),
        whole("an object for an abort", "chat", http(chat("half", {"type": "abort", "message": "Aborted"})), error="ProviderUnavailableError"),
        whole("a number for a finish reason", "chat", http(chat("half", 2)), text="half", native="2"),
        whole("a refusal with the word stop", "chat", http(chat({"role": "assistant", "content": None, "refusal": "No."}, "stop")), refusal="No.", finish="stop"),
        stream("a refusal in pieces", "chat", events(chunk({"refusal": "I "}), chunk({"refusal": "won't."}), chunk({}, "stop")), refusal="I won't."),
        stream("an error chunk after content", "chat", events(chunk("half"), {"error": {"message": "Upstream failed", "code": 502}}), **CUT),
        stream("an end without a word", "chat", events(chunk("half")), **CUT),
        stream("an end without a word or content", "chat", events(chunk({"role": "assistant"})), error="ProviderUnavailableError"),
        stream("nothing but the end mark", "chat", events(), error="ProviderUnavailableError"),
        whole("an empty answer with usage of reasoning alone", "chat", http(chat("", "stop", usage={"prompt_tokens": 5, "completion_tokens": 9, "total_tokens": 14, "completion_tokens_details": {"reasoning_tokens": 9}})), text=""),
    ]  # fmt: skip


def _vendors() -> list[Row]:
    rows = []
    for word, finish in (
        ("end_turn", "stop"), ("stop_sequence", "stop"), ("max_tokens", "length"), ("pause_turn", "length"),
        ("model_context_window_exceeded", "length"), ("refusal", "content_filter"), ("compaction", "length"),
    ):  # fmt: skip
        rows.append(
            whole(f"Anthropic's {word}", "messages", http(message(text("hi"), stop=word)), finish=finish, native=word)
        )
        plays = events(*streamed([text(""), {"type": "text_delta", "text": "hi"}], stop=word), done=False, named=True)
        rows.append(stream(f"Anthropic's {word} in a stream", "messages", plays, finish=finish, native=word))
    for word, finish in (
        ("STOP", "stop"), ("MAX_TOKENS", "length"), ("SAFETY", "content_filter"), ("OTHER", "content_filter"), ("ESCALATION", "content_filter"),
        ("CONTINUATION", "length"), ("IMAGE_SAFETY", "content_filter"), ("MODEL_ARMOR", "content_filter"),
    ):  # fmt: skip
        rows.append(
            whole(f"Google's {word}", "gemini", http(google({"text": "hi"}, finish=word)), finish=finish, native=word)
        )
        rows.append(
            stream(
                f"Google's {word} in a stream",
                "gemini",
                events(google({"text": "hi"}, finish=None), google(finish=word), done=False),
                finish=finish,
                native=word,
            )
        )
    for word in (
        "MALFORMED_FUNCTION_CALL",
        "UNEXPECTED_TOOL_CALL",
        "TOO_MANY_TOOL_CALLS",
        "MALFORMED_RESPONSE",
        "NO_IMAGE",
    ):
        rows.append(whole(f"Google's {word}", "gemini", http(google(finish=word)), error="ProviderUnavailableError"))
        rows.append(
            stream(
                f"Google's {word} after content",
                "gemini",
                events(google({"text": "hi"}, finish=None), google(finish=word), done=False),
                **CUT,
            )
        )
    for word, finish in (
        ("end_turn", "stop"), ("max_tokens", "length"), ("guardrail_intervened", "content_filter"), ("content_filtered", "content_filter"), ("model_context_window_exceeded", "length"),
    ):  # fmt: skip
        rows.append(
            whole(
                f"Bedrock's {word}", "converse", http(converse({"text": "hi"}, stop=word)), finish=finish, native=word
            )
        )
        plays = aws_events(
            ("messageStart", {"role": "assistant"}),
            ("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "hi"}}),
            ("contentBlockStop", {"contentBlockIndex": 0}),
            ("messageStop", {"stopReason": word}),
        )
        rows.append(stream(f"Bedrock's {word} in a stream", "converse", plays, finish=finish, native=word))
    for reason, finish in (
        ("max_output_tokens", "length"),
        ("content_filter", "content_filter"),
        ("max_messages", "length"),
        ("mulled_over", "length"),
    ):
        incomplete = response(said("hi"), status="incomplete", incomplete_details={"reason": reason})
        rows.append(
            whole(f"a response incomplete for {reason}", "responses", http(incomplete), finish=finish, native=reason)
        )
        rows.append(
            stream(
                f"a response incomplete for {reason} in a stream",
                "responses",
                events(
                    {"type": "response.created", "response": response(status="in_progress")},
                    {"type": "response.incomplete", "response": incomplete},
                    done=False,
                ),
                finish=finish,
                native=reason,
                text="hi",
            )
        )
    return rows


def _vendors_odd() -> list[Row]:
    unknown: dict[str, Any] = {"error": "ProviderUnavailableError"}
    return [
        whole("Anthropic's unknown word with text", "messages", http(message(text("hi"), stop="mulled_over")), native="mulled_over", text="hi"),
        whole("Anthropic's unknown word and nothing else", "messages", http(message(stop="mulled_over")), **unknown),
        whole("Anthropic's end with no block", "messages", http(message()), text="", finish="stop"),
        whole("Anthropic's end with no word", "messages", http(message(text("hi"), stop=None)), text="hi"),
        whole("Anthropic's no word and no block", "messages", http(message(stop=None)), **unknown),
        stream("Anthropic's unknown word in a stream", "messages", events(*streamed(stop="mulled_over"), done=False, named=True), **unknown),
        stream("Anthropic's stream that ends before its word", "messages", events(*streamed([text(""), {"type": "text_delta", "text": "hi"}])[:-2], done=False, named=True), **CUT),
        stream("Anthropic's overload after content", "messages", events(*streamed([text(""), {"type": "text_delta", "text": "hi"}])[:-3], {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, done=False, named=True), **CUT),
        whole("Google's unknown word with text", "gemini", http(google({"text": "hi"}, finish="MULLED_OVER")), native="MULLED_OVER", text="hi"),
        whole("Google's unknown word and nothing else", "gemini", http(google(finish="MULLED_OVER")), **unknown),
        whole("Google's blocked prompt", "gemini", http({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": {"promptTokenCount": 5, "totalTokenCount": 5}}), error="ContentFilterError"),
        whole("Google's blocked prompt for a reason nobody knows", "gemini", http({"promptFeedback": {"blockReason": "MULLED_OVER"}}), error="ContentFilterError"),
        whole("Google's blocked prompt beside an empty list", "gemini", http({"candidates": [], "promptFeedback": {"blockReason": "SAFETY"}}), error="ContentFilterError"),
        stream("Google's blocked prompt in a stream", "gemini", events({"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 5}}, done=False), error="ContentFilterError"),
        whole("Google's no candidate at all", "gemini", http({"usageMetadata": {"promptTokenCount": 5, "totalTokenCount": 5}, "modelVersion": "g"}), **unknown),
        whole("Google's candidate with no content", "gemini", http(google(candidate={"content": {}})), text=""),
        whole("Google's candidate with null content and STOP", "gemini", http(google(candidate={"content": None})), text=""),
        whole("Google's end as a list of answers", "gemini", http([google({"text": "hi"})]), text="hi"),
        stream("Google's stream with no end word", "gemini", events(google({"text": "hi"}, finish=None), done=False), **CUT),
        whole("Bedrock's unknown word with text", "converse", http(converse({"text": "hi"}, stop="mulled_over")), native="mulled_over", text="hi"),
        whole("Bedrock's unknown word and nothing else", "converse", http(converse(stop="mulled_over")), **unknown),
        whole("Bedrock's malformed use of a tool", "converse", http(converse({"text": "hi"}, stop="malformed_tool_use")), **unknown),
        whole("a failed response with a policy's code", "responses", http(response(status="failed", error={"code": "misalignment_policy_violation", "message": "No."})), error="ContentFilterError"),
        whole("a failed response with no reason", "responses", http(response(status="failed", error=None)), **unknown),
        whole("a cancelled response", "responses", http(response(status="cancelled")), **unknown),
        whole("a response of a status nobody knows", "responses", http(response(said("hi"), status="mulled_over")), native="mulled_over", finish="length"),
        whole("a response with no item", "responses", http(response()), **unknown),
        whole("a response incomplete with no reason", "responses", http(response(said("hi"), status="incomplete")), finish="length"),
        whole("a response whose message is incomplete", "responses", http(response({**said("hi"), "status": "incomplete"}, status="incomplete", incomplete_details={"reason": "max_output_tokens"})), finish="length"),
        stream("a response that fails after text", "responses", events({"type": "response.created", "response": response(status="in_progress")}, {"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": "hi"}, {"type": "response.failed", "response": response(status="failed", error={"code": "server_error", "message": "Sorry."})}, done=False), **CUT),
        stream("a response whose stream ends before it does", "responses", events({"type": "response.created", "response": response(status="in_progress")}, {"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": "hi"}, done=False), **CUT),
        stream("a response that is cancelled in a stream", "responses", events({"type": "response.created", "response": response(status="in_progress")}, {"type": "response.cancelled", "response": response(status="cancelled")}, done=False), **unknown),
    ]  # fmt: skip


def _foreign() -> list[Row]:
    """Return rows of servers that speak a vendor's wire and bring the words of another."""
    rows = []
    for word, finish in (
        ("stop", "stop"),
        ("length", "length"),
        ("sensitive", "content_filter"),
        ("max_output_tokens", "length"),
        ("content_filter", "content_filter"),
    ):
        rows.append(
            whole(
                f"{word} over Anthropic's wire",
                "messages",
                http(message(text("hi"), stop=word)),
                finish=finish,
                native=word,
            )
        )
        rows.append(
            stream(
                f"{word} over Anthropic's wire in a stream",
                "messages",
                events(*streamed([text(""), {"type": "text_delta", "text": "hi"}], stop=word), done=False),
                finish=finish,
                native=word,
            )
        )
        rows.append(
            whole(
                f"{word} over Google's wire",
                "gemini",
                http(google({"text": "hi"}, finish=word)),
                finish=finish,
                native=word,
            )
        )
        rows.append(
            whole(
                f"{word} over Bedrock's wire",
                "converse",
                http(converse({"text": "hi"}, stop=word)),
                finish=finish,
                native=word,
            )
        )
    failed = {"error": "ProviderUnavailableError"}
    return [
        *rows,
        whole("a filter over Anthropic's wire and nothing else", "messages", http(message(stop="sensitive")), finish="content_filter"),
        whole("a failure over Anthropic's wire", "messages", http(message(text("hi"), stop="network_error")), **failed),
        whole("a failure over Google's wire", "gemini", http(google({"text": "hi"}, finish="INTERNAL_ERROR")), **failed),
        whole("a failure over Bedrock's wire", "converse", http(converse({"text": "hi"}, stop="engine_overloaded")), **failed),
        whole("Google's word in lower case", "gemini", http(google({"text": "hi"}, finish="max_tokens")), finish="length"),
        whole("a response that is incomplete for a filter by another name", "responses", http(response(said("hi"), status="incomplete", incomplete_details={"reason": "safety_block"})), finish="content_filter"),
        whole("a response with its text beside an empty output", "responses", http(response(output_text="hi")), text="hi"),
        whole("a refused response", "responses", http(response({"type": "message", "role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]})), refusal="No."),
        whole("two candidates of Google's, one of them filtered", "gemini", http({"candidates": [{"index": 0, "content": {"parts": [{"text": "hi"}]}, "finishReason": "STOP"}, {"index": 1, "finishReason": "SAFETY"}]}), text="hi", finish="stop"),
        stream("two choices, one of which never ends", "chat", events({"choices": [{"index": 0, "delta": {"content": "a"}}, {"index": 1, "delta": {"content": "b"}}]}, {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}), **CUT),
        stream("Google's prompt blocked in the middle", "gemini", events(google({"text": "hi"}, finish=None), {"promptFeedback": {"blockReason": "SAFETY"}}, done=False), **CUT),
        whole("a flagged prompt under 403 (OpenRouter)", "chat", http({"error": {"code": 403, "message": "openai/x requires moderation on Azure. Your input was flagged for \"violence\". No credits were charged.", "metadata": {"reasons": ["violence"]}}}, 403), error="ContentFilterError"),
        whole("a refusal for legal reasons", "chat", http({"error": {"message": "Unavailable"}}, 451), error="ContentFilterError"),
    ]  # fmt: skip


ROWS: list[Row] = [*_foreign(), *_compatible(), *_other_places(), *_vendors(), *_vendors_odd()]
