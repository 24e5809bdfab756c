"""The options of routing, in Router's vocabulary: read once, checked, frozen. Pure."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args

import msgspec

from genai_sdk.errors import InvalidRequestError
from genai_sdk.routing.fallbacks import FallbackTable, read_names, read_table
from genai_sdk.sentence import Sentence

Strategy = Literal["ordered", "simple-shuffle", "least-busy", "latency-based-routing"]
StreamFallback = Literal["before_first_content", "restart"]


class RoutingOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How calls are attempted; every wait is bounded.

    Attributes:
        fallbacks: Targets by name, and the default ones.
        context_window_fallbacks: Targets after "context window exceeded", before the general ones.
        content_policy_fallbacks: Targets after "content filtered", before the general ones.
        num_retries: Further attempts over a group after each candidate was tried once.
        retry_policy: Retries by kind of failure, in place of `num_retries`.
        retry_after: Least seconds before a retry.
        timeout: Seconds that one attempt may take; for a stream, until its first content.
        stream_timeout: Seconds that each gap of a stream may take.
        stream_deadline: Seconds that one stream may take from its beginning to its end, starting over and the rounds of
            a continued turn included; None for no limit.
        deadline: Seconds that the whole call may take, waits included; for a stream, until its first content.
        max_fallbacks: How many fallback groups a call may enter.
        allowed_fails: Failures in a row that do not cool a deployment down yet.
        cooldown_time: Seconds that a failed deployment is left alone.
        disable_cooldowns: Whether failures leave no mark, and those that others tell of neither.
        model_group_alias: Names that stand for other names.
        routing_strategy: In which order a group's candidates are tried.
        pre_call_checks: Whether a request that is over a known window goes to a fallback before it is sent.
        hedge_after: Seconds without an answer, or without a stream's first content, after which the same call is also
            made on the group's next deployment; 0 for never.
        max_hedge_share: How many of a hundred such calls may be made twice, as a share from 0 to 1.
        first_token_timeout: Seconds that a stream's first content may take in one attempt; 0 for `timeout` alone.
        rpm: Requests a minute, by `connection/model`, by connection, or `*` for each deployment.
        tpm: Tokens a minute, in the same way.
        stream_fallback: Whether a stream that broke after its first content may start over.
        max_continuations: How often a turn that its vendor paused is continued.
        drop_params: Whether an attempt goes on without the parameters that its deployment does not take; else the
            deployment is passed over.
    """

    fallbacks: FallbackTable = FallbackTable()
    context_window_fallbacks: FallbackTable = FallbackTable()
    content_policy_fallbacks: FallbackTable = FallbackTable()
    num_retries: int = 2
    retry_policy: Mapping[str, int] = {}
    retry_after: float = 0.0
    timeout: float = 60.0
    stream_timeout: float = 60.0
    stream_deadline: float | None = None
    deadline: float = 600.0
    max_fallbacks: int = 5
    allowed_fails: int = 0
    cooldown_time: float = 5.0
    disable_cooldowns: bool = False
    model_group_alias: Mapping[str, str] = {}
    routing_strategy: Strategy = "ordered"
    pre_call_checks: bool = False
    hedge_after: float = 0.0
    max_hedge_share: float = 0.1
    first_token_timeout: float = 0.0
    rpm: Mapping[str, int] = {}
    tpm: Mapping[str, int] = {}
    stream_fallback: StreamFallback = "before_first_content"
    max_continuations: int = 0
    drop_params: bool = False


def alone(options: RoutingOptions) -> RoutingOptions:
    """Return the options of a call that stays where it is: nothing stands in for it, and nothing starts over."""
    none = FallbackTable()
    return msgspec.structs.replace(
        options,
        fallbacks=none,
        context_window_fallbacks=none,
        content_policy_fallbacks=none,
        stream_fallback="before_first_content",
    )


def read_router_args(arguments: Mapping[str, Any] | None, base: RoutingOptions) -> RoutingOptions:
    """Read `router_args` on top of `base`.

    Raises:
        InvalidRequestError: A key is unknown or a value has the wrong form.
    """
    if arguments is not None and not isinstance(arguments, Mapping):
        raise InvalidRequestError(
            Sentence.of("options.dict", "router_args must be a dict, not {kind}", kind=type(arguments).__name__)
        )
    changes = _read("router_args", arguments or {}, _ROUTER_READERS)
    if "enable_pre_call_checks" in changes:  # Router's name
        changes["pre_call_checks"] = changes.pop("enable_pre_call_checks") or changes.get("pre_call_checks", False)
    if "default_fallbacks" in changes:
        table = changes.get("fallbacks", base.fallbacks)
        changes["fallbacks"] = msgspec.structs.replace(table, default=changes.pop("default_fallbacks"))
    return msgspec.structs.replace(base, **changes)


def read_call_options(arguments: Mapping[str, Any], base: RoutingOptions) -> RoutingOptions:
    """Read the routing options of one call on top of the client's; what is None was not given.

    Raises:
        InvalidRequestError: A value has the wrong form.
    """
    arguments = {key: item for key, item in arguments.items() if item is not None}
    return msgspec.structs.replace(base, **_read("the call", arguments, _CALL_READERS)) if arguments else base


def _read(where: str, arguments: Mapping[str, Any], readers: Mapping[str, Callable[[str, Any], Any]]) -> dict[str, Any]:
    for key in arguments:
        if key not in readers:
            import difflib  # 1 ms that only a mistake pays

            close = difflib.get_close_matches(str(key), readers, 1)
            hint = f"; did you mean {close[0]!r}?" if close else "."
            raise InvalidRequestError(
                Sentence.of(
                    "options.unknown",
                    "{where} has the unknown key {key!r}{hint} Known: {names}",
                    where=where,
                    key=key,
                    hint=hint,
                    names=", ".join(sorted(readers)),
                )
            )
    return {key: readers[key](key, item) for key, item in arguments.items()}


def read_seconds(key: str, item: Any, *, zero: bool = False) -> float:
    """Read a number of seconds: positive, or with `zero` not negative.

    Raises:
        InvalidRequestError: It is not such a number.
    """
    good = isinstance(item, int | float) and not isinstance(item, bool) and (item >= 0 if zero else item > 0)
    if not good or item == float("inf"):
        least = "zero or more" if zero else "more than zero"
        raise InvalidRequestError(
            Sentence.of(
                "options.seconds",
                "{key} must be a number of seconds, {least} and finite, not {item}",
                key=key,
                least=least,
                item=repr(item),
            )
        )
    return float(item)


def read_wait(key: str, item: Any) -> float:
    """Read a number of seconds, zero for none.

    Raises:
        InvalidRequestError: It is not such a number.
    """
    return read_seconds(key, item, zero=True)


def read_share(key: str, item: Any) -> float:
    """Read a share, 0 to 1.

    Raises:
        InvalidRequestError: It is none.
    """
    if not isinstance(item, int | float) or isinstance(item, bool) or not 0 <= item <= 1:
        raise InvalidRequestError(
            Sentence.of("options.share", "{key} must be a share from 0 to 1, not {item}", key=key, item=repr(item))
        )
    return float(item)


def _number(key: str, item: Any) -> int:
    if not isinstance(item, int) or isinstance(item, bool) or item < 0:
        raise InvalidRequestError(
            Sentence.of(
                "options.count", "{key} must be a whole number, zero or more, not {item}", key=key, item=repr(item)
            )
        )
    return item


def read_switch(key: str, item: Any) -> bool:
    """Read True or False.

    Raises:
        InvalidRequestError: It is neither.
    """
    if not isinstance(item, bool):
        raise InvalidRequestError(
            Sentence.of("options.boolean", "{key} must be True or False, not {item}", key=key, item=repr(item))
        )
    return item


def one_of(key: str, item: Any, choices: tuple[str, ...]) -> Any:
    """Read one of `choices`.

    Raises:
        InvalidRequestError: It is none of them.
    """
    if item not in choices:
        raise InvalidRequestError(
            Sentence.of(
                "options.choice",
                "{key} cannot be {item!r}: choose one of {choices}",
                key=key,
                item=item,
                choices=", ".join(choices),
            )
        )
    return item


def _alias(key: str, item: Any) -> Mapping[str, str]:
    if not isinstance(item, Mapping) or not all(isinstance(name, str) for pair in item.items() for name in pair):
        raise InvalidRequestError(
            Sentence.of(
                "options.names",
                '{key} must map names to names, such as {{"fast": "gpt-6-luna"}}, not {item}',
                key=key,
                item=repr(item),
            )
        )
    return dict(item)


def read_limits(key: str, item: Any) -> Mapping[str, int]:
    """Read a limit a minute for every deployment, or limits by `connection/model` or connection.

    Raises:
        InvalidRequestError: It is neither.
    """
    rows = item if isinstance(item, Mapping) else {"*": item}
    for name, limit in rows.items():
        if not isinstance(name, str) or not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
            raise InvalidRequestError(
                Sentence.of(
                    "options.limits",
                    "{key} must be a whole number from 1 for each deployment, or such numbers by connection "
                    'or "connection/model", such as {{"azure_eu/gpt-6-sol": 300}}, not {item}',
                    key=key,
                    item=repr(item),
                )
            )
    return dict(rows)


_RETRIED = ("InternalServerErrorRetries", "RateLimitErrorRetries", "TimeoutErrorRetries")
_NEVER_RETRIED = ("AuthenticationErrorRetries", "BadRequestErrorRetries", "ContentPolicyViolationErrorRetries")


def _retry_policy(key: str, item: Any) -> Mapping[str, int]:
    if hasattr(item, "model_dump"):  # litellm's own RetryPolicy
        item = item.model_dump(exclude_none=True)
    if not isinstance(item, Mapping):
        raise InvalidRequestError(
            Sentence.of(
                "options.kinds",
                "{key} must map kinds of failure to retries; kinds: {retried}",
                key=key,
                retried=", ".join(_RETRIED),
            )
        )
    for kind, retries in item.items():
        if kind not in _RETRIED + _NEVER_RETRIED:
            raise InvalidRequestError(
                Sentence.of(
                    "options.kind",
                    "{key} has the unknown kind {kind!r}. Known: {retried}",
                    key=key,
                    kind=kind,
                    retried=", ".join(_RETRIED),
                )
            )
        if _number(f"{key}[{kind!r}]", retries) and kind in _NEVER_RETRIED:
            raise InvalidRequestError(
                Sentence.of(
                    "options.never",
                    "{key}[{kind!r}] must be 0: sending such a request again cannot help",
                    key=key,
                    kind=kind,
                )
            )
    return dict(item)


_CALL_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "timeout": read_seconds,
    "stream_timeout": read_seconds,
    "stream_deadline": read_seconds,
    "deadline": read_seconds,
    "hedge_after": read_wait,
    "first_token_timeout": read_wait,
    "num_retries": _number,
    "max_fallbacks": _number,
    "max_continuations": _number,
    "drop_params": read_switch,
    "fallbacks": lambda key, item: read_table(key, item, plain=True),
    "context_window_fallbacks": lambda key, item: read_table(key, item, plain=True),
    "content_policy_fallbacks": lambda key, item: read_table(key, item, plain=True),
}

_ROUTER_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "timeout": read_seconds,
    "stream_timeout": read_seconds,
    "num_retries": _number,
    "max_fallbacks": _number,
    "fallbacks": read_table,
    "default_fallbacks": read_names,
    "context_window_fallbacks": read_table,
    "content_policy_fallbacks": read_table,
    "retry_policy": _retry_policy,
    "retry_after": read_wait,
    "allowed_fails": _number,
    "cooldown_time": read_wait,
    "disable_cooldowns": read_switch,
    "pre_call_checks": read_switch,
    "enable_pre_call_checks": read_switch,
    "drop_params": read_switch,
    "model_group_alias": _alias,
    "hedge_after": read_wait,
    "max_hedge_share": read_share,
    "first_token_timeout": read_wait,
    "rpm": read_limits,
    "tpm": read_limits,
    "routing_strategy": lambda key, item: one_of(key, item, get_args(Strategy)),
}

CALL_OPTIONS = frozenset(_CALL_READERS)
"""The routing options that a single call takes."""
ROUTER_ARGS = frozenset(_ROUTER_READERS)
"""The keys that `router_args` takes."""
