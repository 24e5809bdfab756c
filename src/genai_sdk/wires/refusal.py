"""What kind of refusal a provider's error is: by its status, then its codes, then its text."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from types import MappingProxyType
from typing import get_args

import msgspec

from genai_sdk.wires import refusal_words as rows
from genai_sdk.wires.error_body import ErrorBody
from genai_sdk.wires.refusal_words import RefusalKind as RefusalKind

BY_STATUS: Mapping[int, RefusalKind] = MappingProxyType(
    {
        401: "authentication",
        402: "account",
        403: "permission",
        404: "model_not_found",
        408: "unavailable",
        409: "unavailable",
        451: "content_filter",  # https://www.rfc-editor.org/rfc/rfc7725: for legal reasons
        424: "unavailable",  # Bedrock: the model failed
        429: "rate_limit",
        # https://console.groq.com/docs/errors: the account's class of service has no room. What was given up
        # half-way (499: nginx, Google's CANCELLED) was so on this connection.
        498: "account",
        499: "account",
        501: "bad_request",  # llama-server: a thing that was not switched on
    }
)
"""What a status means where no code says more."""


Patterns = tuple[tuple[str, RefusalKind], ...]
"""Regular expressions that match in any case and over the ends of lines. The first refusal compiles them."""


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What a vendor's words mean. A row says where the vendor defines it: the package and its version, or a page.

    Attributes:
        plain: Codes that say no more than the status they come with; in lower case.
        statuses: The HTTP status that a code inside an answer of 200 stands for; codes in lower case.
        always: Kinds by codes that count whatever the status is; in lower case.
        codes: Kinds by codes that count where the status says no more than "the request"; in lower case.
        texts: Patterns of messages, for errors without a code, where the status says no more than "the request".
        always_texts: Patterns that count whatever the status is.
        server_texts: Patterns that count where the status says that the server failed: it may be wrong.
    """

    plain: Set[str] = frozenset()
    statuses: Mapping[str, int] = {}
    always: Mapping[str, RefusalKind] = {}
    codes: Mapping[str, RefusalKind] = {}
    texts: Patterns = ()
    always_texts: Patterns = ()
    server_texts: Patterns = ()

    def over(self, other: "Words") -> "Words":
        """Return these rows, and below them those of another table."""
        return Words(
            plain=self.plain | other.plain,
            statuses={**other.statuses, **self.statuses},
            always={**other.always, **self.always},
            codes={**other.codes, **self.codes},
            texts=self.texts + other.texts,
            always_texts=self.always_texts + other.always_texts,
            server_texts=self.server_texts + other.server_texts,
        )


def _each(texts: Iterable[str], kind: RefusalKind) -> Patterns:
    """Return one pattern for many texts of one kind: errors are rare, and so is the need to know which text it was."""
    return (("|".join(f"(?:{text})" for text in texts), kind),)


WORDS = Words(
    plain=rows.PLAIN_CODES,
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
            # https://platform.minimax.io/docs/api-reference/errorcode, in an answer of 200
            "1002": 429,
            "1004": 401,
            "1026": 400,
            "1027": 400,
            "1039": 400,
            "2013": 400,
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
    always=rows.ACCOUNT_CODES,
    codes=MappingProxyType(
        {
            **rows.WINDOW_CODES,
            **rows.MISTAKE_CODES,
            "content_filter": "content_filter",  # Azure
            "content_policy_violation": "content_filter",  # OpenAI
            "invalid_prompt": "content_filter",  # https://platform.openai.com/docs/guides/reasoning: flagged prompts
            "responsibleaipolicyviolation": "content_filter",  # Azure's inner error
            "data_inspection_failed": "content_filter",  # DashScope
            "datainspectionfailed": "content_filter",
            "1301": "content_filter",  # Zhipu
            "1026": "content_filter",  # MiniMax: what was asked, and what was answered
            "1027": "content_filter",
            "api_key_invalid": "authentication",  # Google answers a wrong key with 400
            "invalid_api_key": "authentication",
            "no_db_connection": "authentication",  # litellm 1.110.2: a proxy that cannot look a key up, with 400
            "model_not_found": "model_not_found",
            "model_decommissioned": "model_not_found",  # Groq, with 400
            "unknown_model": "model_not_found",  # GitHub Models, with 400
            "invalid_model": "model_not_found",  # Mistral, with 400
            "1211": "model_not_found",  # Zhipu
        }
    ),
    always_texts=(*_each(rows.FLAGGED_TEXTS, "content_filter"), *_each(rows.ACCOUNT_TEXTS, "account")),
    texts=(
        *_each(rows.WINDOW_TEXTS, "context_window"),
        *_each(rows.FILTER_TEXTS, "content_filter"),
        *_each(rows.KEY_TEXTS, "authentication"),
        *_each(rows.MODEL_TEXTS, "model_not_found"),
        *_each(rows.PARAMETER_TEXTS, "unsupported_parameter"),
    ),
    server_texts=(*_each(rows.WINDOW_TEXTS, "context_window"), *_each(rows.MISTAKE_TEXTS, "bad_request")),
)
"""What every wire starts from: compatible servers and gateways pass on the words of any vendor behind them."""


_REQUESTS: Set[RefusalKind] = frozenset(get_args(RefusalKind)) - {"bad_request"}
_MISTAKES: Set[RefusalKind] = frozenset({"context_window", "bad_request", "unsupported_parameter"})


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
    by_text = _matched(words.always_texts, error.text) if status >= 400 else None
    if by_text is not None:
        return by_text
    if status in BY_STATUS:
        return BY_STATUS[status]
    kinds: list[RefusalKind] = [words.codes[code] for code in error.codes if code in words.codes]
    if 400 <= status < 500:
        by_code = _first(kinds, _REQUESTS)
        if status == 413 and by_code == "rate_limit":  # Groq: more than a minute allows at all
            by_code = None
        return by_code or _matched(words.texts, error.text) or "bad_request"
    if status >= 500:
        by_code = _first(kinds, _MISTAKES)
        return by_code or _matched(words.server_texts, error.text) or "unavailable"
    return "unavailable"


def unknown_codes(error: ErrorBody, words: Words = WORDS) -> Sequence[str]:
    """Return the codes of an error that no row names; a number that is an HTTP status names itself."""
    tables = (words.always, words.codes, words.statuses, words.plain)
    return [
        code
        for code in error.codes
        if not any(code in table for table in tables) and not (code.isdigit() and 100 <= int(code) < 600)
    ]


def _first(kinds: Iterable[RefusalKind], counted: Set[RefusalKind]) -> RefusalKind | None:
    return next((kind for kind in kinds if kind in counted), None)


def _matched(texts: Patterns, text: str) -> RefusalKind | None:
    return next((kind for pattern, kind in texts if re.search(pattern, text, re.IGNORECASE | re.DOTALL)), None)
