"""What Bedrock's refusals mean: the codes of its service model, and the texts that tell apart what has one code."""

import re
from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from genai_sdk.wires.converse.words import EXCEPTIONS
from genai_sdk.wires.error_body import ErrorBody
from genai_sdk.wires.refusal import WORDS, RefusalKind, Words, kind_of

CONVERSE_WORDS = Words(
    # In a stream, the names of botocore's exceptions (see `words.EXCEPTIONS` for the source).
    statuses=MappingProxyType({name.lower(): status for name, status in EXCEPTIONS.items()}),
    always=MappingProxyType(
        {
            # https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html: all of these come with 403 or 400.
            "unrecognizedclientexception": "authentication",
            "invalidclienttokenid": "authentication",
            "invalidsignatureexception": "authentication",
            "signaturedoesnotmatch": "authentication",
            "incompletesignature": "authentication",
            "incompletesignatureexception": "authentication",
            "missingauthenticationtoken": "authentication",
            "missingauthenticationtokenexception": "authentication",
            "expiredtoken": "authentication",
            "expiredtokenexception": "authentication",
            "requestexpired": "authentication",
            "optinrequired": "account",
            "subscriptionrequiredexception": "account",
            # botocore 1.44.8: 400, and no fault of the request
            "servicequotaexceededexception": "account",
            "modelnotreadyexception": "rate_limit",
            "resourcenotfoundexception": "model_not_found",
        }
    ),
    # An API key that is no longer good comes as AccessDeniedException, as does a model that may not be used:
    # https://github.com/anomalyco/opencode/issues/47073
    always_texts=((r"make sure your api key is valid", "authentication"),),
    texts=(
        (
            r"input is too long|too many (input )?tokens|prompt is too long|exceeds? the (maximum|context)",
            "context_window",
        ),
        (r"expected maxlength|maximum (input )?tokens|input length .* exceed", "context_window"),
        (r"blocked by content filtering|content filter|guardrail intervened|responsible ai polic", "content_filter"),
        (r"model identifier is invalid|on-demand throughput isn.t supported|end of its life", "model_not_found"),
        (r"payment|billing|subscription|account .*(suspended|on hold|not authorized)|credit", "account"),
        (r"too many requests|quota", "account"),
    ),
).over(WORDS)
"""Bedrock's rows before the shared ones."""

# The account's trouble under a status that says something else.
_ACCOUNT = re.compile(r"payment|billing|subscription|per day|daily", re.IGNORECASE)


def refusal_kind(status: int, headers: Mapping[str, str], error: ErrorBody) -> RefusalKind:
    """Return what kind of refusal an error is: AWS names it in a header, and its body often says the text alone."""
    named = headers.get("x-amzn-errortype", "").partition(":")[0].rpartition("#")[2].strip().lower()
    if named:
        error = msgspec.structs.replace(error, codes=(named, *error.codes))
    kind = kind_of(status, error, CONVERSE_WORDS)
    return "account" if kind in ("permission", "rate_limit") and _ACCOUNT.search(error.text) else kind
