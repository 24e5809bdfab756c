"""Why an answer ended, in OpenAI's words. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

# https://platform.openai.com/docs/api-reference/chat/object; `function_call` is the older form of `tool_calls`.
_OWN = frozenset({"stop", "length", "tool_calls", "content_filter", "function_call"})

# What compatible servers pass on from the models behind them.
_FOREIGN: Mapping[str, str] = MappingProxyType(
    {
        # https://docs.anthropic.com/en/api/handling-stop-reasons
        "max_tokens": "length",
        "tool_use": "tool_calls",
        "refusal": "content_filter",
        # https://ai.google.dev/api/generate-content#FinishReason
        "safety": "content_filter",
        "recitation": "content_filter",
        "blocklist": "content_filter",
        "prohibited_content": "content_filter",
        "spii": "content_filter",
        # https://docs.bigmodel.cn: a check of the content stopped the answer
        "sensitive": "content_filter",
        "content_filtered": "content_filter",
    }
)


def finish_of(reason: str) -> str:
    """Return a finish reason as OpenAI would say it; whatever is not known just stopped."""
    return reason if reason in _OWN else _FOREIGN.get(str(reason).lower(), "stop")
