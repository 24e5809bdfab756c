"""Why an answer ended, in OpenAI's words: one table of what vendors and compatible servers say. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from genai_sdk.wires.error_body import ErrorBody
from genai_sdk.wires.wire import FailedAnswerError

Finish = Literal["stop", "length", "tool_calls", "content_filter", "function_call", "error"]
"""OpenAI's words, and `error` for an answer that failed and is none."""

# https://platform.openai.com/docs/api-reference/chat/object; `function_call` is the older form of `tool_calls`.
_OWN: Mapping[str, Finish] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
    "content_filter": "content_filter",
    "function_call": "function_call",
}


def _rows(finish: Finish, *words: str) -> Iterable[tuple[str, Finish]]:
    return ((word, finish) for text in words for word in text.split())


_FOREIGN: Mapping[str, Finish] = dict(
    (
        *_rows(
            "stop",
            "eos eos_token eot end end_of_text end_of_sequence endoftext",  # TGI, Together, llama-cpp, Cloudflare
            "end_turn stop_sequence stop_token stop_str stop_string stop_words",  # Anthropic, LMDeploy, TensorRT-LLM
            "complete completed finish finished done normal success",  # Cohere, Hunyuan, Ark, MLC
        ),
        *_rows(
            "length",
            # Google, TGI
            "max_tokens max_token max_length max_len max_output_tokens max_new_tokens max_completion_tokens",
            # Mistral, Cohere
            "model_length length_limit token_limit token_limit_reached output_limit max_tokens_reached",
            # xAI, LM Studio
            "max_context max_context_length context_length context_length_exceeded context_window_exceeded",
            "model_context_window_exceeded error_limit out_of_context context_limit",  # Anthropic, Cohere
            "max_predicted_tokens_reached context_length_reached",  # LM Studio's own API
            "length_capped output_truncated max_tokens_exceeded budget_exhausted token_budget_exceeded",  # Yi, proxies
            "time_limit truncated incomplete cutoff limit",  # xAI, Responses
            "repetition repetition_truncation repetitive",  # vLLM 0.33, DeepSeek: it was cut because it went in circles
        ),
        *_rows("tool_calls", "tool_use tool_call tool tools function_calls functioncall use_tool"),  # Anthropic, Cohere
        *_rows(
            "content_filter",
            "content_filtered contentfilter content_filter_error content_policy content_policy_violation filtered",
            "safety recitation blocklist prohibited_content spii language image_safety model_armor",  # Google
            # Anthropic, AWS
            "refusal refused blocked block guardrail guardrails guardrail_intervened moderation moderated",
            # Zhipu
            "input_sensitive output_sensitive content_moderation content_blocked",  # MiniMax, Ark, proxies
            "sensitive sensitive_content risk security flagged censored unsafe harmful policy policy_violation",
            "error_toxic",  # Cohere
        ),
        *_rows(
            "error",
            "error failed failure fail exception server_error internal_error system_error engine_error unknown_error",
            # DeepSeek, Zhipu, SGLang
            "insufficient_system_resource network_error abort aborted abortion cancel cancelled canceled",
            "interrupted interrupt timeout timed_out overloaded overload unavailable preempted rejected disconnected",
            # Google
            "malformed_function_call malformed_tool_call malformed_response unexpected_tool_call too_many_tool_calls",
            "engine_overloaded server_overloaded internal_server_error upstream_error model_error connection_error",
            "out_of_memory oom resource_exhausted rate_limit rate_limited service_unavailable bad_gateway",
            "tool_call_parse_error user_cancel user_cancelled kv_transfer_error missing_thought_signature",  # Cohere
        ),
    )
)

# What a word without a row is made of, in this order: vendors put new words together of old ones. That it is made of
# `tool` says nothing: whether there are calls is seen in the answer.
_STEMS: tuple[tuple[str, Finish], ...] = (
    (r"filter|safety|sensitiv|moderat|polic|guardrail|harm|prohibit|toxic", "content_filter"),
    (r"nsfw|inappropriate|violat|refus", "content_filter"),
    (r"error|fail|exception|overload|time_?d?_?out|abort|cancel|malform|unavailable|crash|rate_limit", "error"),
    (r"invalid|interrupt|reject|denied|preempt|evict|kill|shut_?down|disconnect|quota|deadline", "error"),
    (r"length|max|limit|truncat|token|window|budget|cut_?off|exhaust|incomplete|too_long", "length"),
    (r"repeti|loop|degenerat", "length"),
)

_AFFIX = r"^(finish_?reason|stop_?reason|reason)_+(?=.)"
_HUMP = r"(?<=[a-z])(?=[A-Z])"
_GAP = r"[^a-z0-9]+"


def finish_of(reason: Any) -> Finish | None:
    """Return a finish reason as OpenAI would say it; None if no row knows it, nor what it is made of.

    Args:
        reason: The server's word; SGLang's own is an object whose `type` is the word.
    """
    if type(reason) is str and (own := _OWN.get(reason)) is not None:
        return own
    plain = _plain(reason)
    known = _OWN.get(plain) or _FOREIGN.get(plain)
    return known or next((finish for stem, finish in _STEMS if re.search(stem, plain)), None)


def foreign(word: Any) -> Finish | None:
    """Return what a word means that a vendor's own table does not name: whoever speaks its wire may bring others'.

    Raises:
        FailedAnswerError: It says that the answer failed.
    """
    finish = finish_of(word) if word else None
    if finish == "error":
        raise FailedAnswerError(failure_of(word))
    return finish


def is_named(reason: Any) -> bool:
    """Tell whether a row names a finish reason, and it is not guessed by what it is made of."""
    plain = _plain(reason)
    return plain in _OWN or plain in _FOREIGN


def _plain(reason: Any) -> str:
    plain = re.sub(_GAP, "_", re.sub(_HUMP, "_", word_of(reason)).lower()).strip("_")
    return re.sub(_AFFIX, "", plain)


def word_of(reason: Any) -> str:
    """Return the word in a finish reason, as the server wrote it."""
    if isinstance(reason, Mapping):
        return str(reason.get("type") or reason.get("reason") or "")
    return str(reason)


def failure_of(reason: Any) -> ErrorBody:
    """Return the error that a finish reason of the kind `error` stands for."""
    word = word_of(reason)
    message = reason.get("message") if isinstance(reason, Mapping) else None
    text = f"the answer was broken off ({word})"
    return ErrorBody(f"{text}: {message}" if message else text, (word.lower(),), 500)
