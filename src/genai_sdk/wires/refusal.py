"""What kind of refusal a provider's error is: by its status, then its codes, then its text."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import msgspec

from genai_sdk.wires.error_body import ErrorBody

RefusalKind = Literal[
    "authentication",  # the key is wrong
    "permission",  # the key may not do this
    "account",  # payment, credit or quota: the connection's trouble, whatever is asked
    "model_not_found",
    "bad_request",
    "context_window",
    "content_filter",
    "rate_limit",
    "unavailable",  # it may work later, or elsewhere
]

BY_STATUS: Mapping[int, RefusalKind] = MappingProxyType(
    {
        401: "authentication",
        402: "account",
        403: "permission",
        404: "model_not_found",
        408: "unavailable",
        409: "unavailable",
        424: "unavailable",  # Bedrock: the model failed
        429: "rate_limit",
    }
)
"""What a status means where no code says more."""


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What a vendor's words mean. A row says where the vendor defines it: the package and its version, or a page.

    Attributes:
        statuses: The HTTP status that a code inside an answer of 200 stands for; codes in lower case.
        always: Kinds by codes that count whatever the status is; in lower case.
        codes: Kinds by codes that count where the status says no more than "the request"; in lower case.
        texts: Patterns of messages, for errors without a code.
    """

    statuses: Mapping[str, int] = {}
    always: Mapping[str, RefusalKind] = {}
    codes: Mapping[str, RefusalKind] = {}
    texts: tuple[tuple[re.Pattern[str], RefusalKind], ...] = ()

    def over(self, other: "Words") -> "Words":
        """Return these rows, and below them those of another table."""
        return Words(
            statuses={**other.statuses, **self.statuses},
            always={**other.always, **self.always},
            codes={**other.codes, **self.codes},
            texts=self.texts + other.texts,
        )


def patterns(*rows: tuple[str, RefusalKind]) -> tuple[tuple[re.Pattern[str], RefusalKind], ...]:
    """Return patterns that match in any case."""
    return tuple((re.compile(pattern, re.IGNORECASE), kind) for pattern, kind in rows)


WORDS = Words(
    statuses=MappingProxyType(
        {
            # https://docs.anthropic.com/en/api/errors
            "invalid_request_error": 400,
            "authentication_error": 401,
            "permission_error": 403,
            "not_found_error": 404,
            "request_too_large": 413,
            "rate_limit_error": 429,
            "api_error": 500,
            "timeout_error": 504,
            "overloaded_error": 529,
            # https://platform.openai.com/docs/guides/error-codes and .../api-reference/responses-streaming/error
            "context_length_exceeded": 400,
            "invalid_prompt": 400,
            "insufficient_quota": 429,
            "rate_limit_exceeded": 429,
            "requests": 429,
            "server_error": 500,
            "service_unavailable_error": 503,
            # https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html
            "validationexception": 400,
            "modelstreamerrorexception": 424,
            "throttlingexception": 429,
            "internalserverexception": 500,
            "serviceunavailableexception": 503,
        }
    ),
    codes=MappingProxyType(
        {
            "context_length_exceeded": "context_window",  # OpenAI, Azure
            "exceed_context_size_error": "context_window",  # llama.cpp
            "content_filter": "content_filter",  # Azure
            "content_policy_violation": "content_filter",  # OpenAI
            "invalid_prompt": "content_filter",  # https://platform.openai.com/docs/guides/reasoning: flagged prompts
            "responsibleaipolicyviolation": "content_filter",  # Azure's inner error
            "api_key_invalid": "authentication",  # Google answers a wrong key with 400
            "model_not_found": "model_not_found",
        }
    ),
    texts=patterns(
        (
            r"maximum context length|maximum model length|context (window|limit|size)|context_length",
            "context_window",
        ),
        (r"prompt is too long|input is too long|too many input tokens", "context_window"),  # Anthropic, Bedrock
        (r"input token count .*exceeds the maximum number of tokens", "context_window"),  # Google
        (r"content management policy|content filter|usage polic|responsible ai|safety system", "content_filter"),
        (r"api key not valid", "authentication"),  # Google
        (r"model identifier is invalid", "model_not_found"),  # Bedrock
    ),
)
"""What every wire starts from: compatible servers and gateways pass on the words of any vendor behind them."""


def kind_of(status: int, error: ErrorBody, words: Words = WORDS) -> RefusalKind:
    """Return what kind of refusal an error is.

    Args:
        status: The HTTP status, or what an error inside a 2xx stands for.
        error: The error body.
        words: What its words mean.
    """
    for code in error.codes:
        if code in words.always:
            return words.always[code]
    if status in BY_STATUS:
        return BY_STATUS[status]
    if not 400 <= status < 500:
        return "unavailable"
    for code in error.codes:
        if code in words.codes:
            return words.codes[code]
    for pattern, kind in words.texts:
        if pattern.search(error.text):
            return kind
    return "bad_request"
