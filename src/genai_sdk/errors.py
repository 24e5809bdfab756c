"""Every error this package raises, split by what the caller can do about it.

```
GenAIError
  UsageError               fix the code
  ConfigurationError       fix the set-up
  SourceUnavailableError   wait and try again
  RunLimitError            raise the bound
  ProviderError            the provider said no, or said nothing
```

Facts are fields; the message says what was asked, what exists, and what to do next.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Protocol


class AttemptRow(Protocol):
    """What an error knows of one attempt (see `genai_sdk.types.Attempt`)."""

    @property
    def connection(self) -> str:
        """The connection's name."""
        ...

    @property
    def model(self) -> str:
        """The model id sent."""
        ...

    @property
    def status(self) -> int | None:
        """The HTTP status, if there was an answer."""
        ...

    @property
    def latency(self) -> float:
        """Seconds it took."""
        ...

    @property
    def waited(self) -> float:
        """Seconds waited before it."""
        ...

    @property
    def reason(self) -> str:
        """Why it failed, or "ok"."""
        ...


class GenAIError(Exception):
    """The root of the tree: catch it to catch everything raised here.

    Attributes:
        trace_id: The id of the call's trace in Langfuse, or None if it is not recorded or no call failed.
        trace_url: Where Langfuse shows it, or None as long as the project is not known.
    """

    trace_id: str | None = None
    trace_url: str | None = None

    @property
    def sentence(self) -> str:
        """What it says: a text, and mostly a `genai_sdk.sentence.Sentence`; empty where it says nothing."""
        return self.args[0] if self.args and isinstance(self.args[0], str) else ""

    @property
    def key(self) -> str:
        """The sentence's stable name, such as `"provider.answered"` (see docs/errors.md); empty where it has none."""
        return getattr(self.sentence, "key", "")

    @property
    def fields(self) -> Mapping[str, Any]:
        """What stands in the sentence, by name."""
        return getattr(self.sentence, "fields", MappingProxyType({}))


class UsageError(GenAIError):
    """The call is wrong: fix the code."""


class UnknownModelError(UsageError):
    """No connection serves the model asked for."""


class InvalidRequestError(UsageError):
    """An argument or option is unknown, missing, of the wrong form, or such that nobody takes it.

    Attributes:
        attempts: Whom the call passed over and why, where it was nobody's to take; else empty.
    """

    attempts: tuple[AttemptRow, ...] = ()


class PromptVariableError(UsageError):
    """A prompt was compiled without a variable or placeholder that it needs, or with one of the wrong form."""


class PromptNotFoundError(UsageError):
    """Langfuse has no such prompt, or none with this label or version."""


class ClientClosedError(UsageError):
    """The client was closed before or during the call."""


class ConfigurationError(GenAIError):
    """The set-up is wrong: fix keys, connections or environment."""


class MissingCredentialsError(ConfigurationError):
    """No Langfuse key pair, or nowhere to use it."""


class AccessDeniedError(ConfigurationError):
    """Langfuse, its database or a broker refused the key pair."""


class ConnectionNotFoundError(ConfigurationError):
    """A connection was named that the project does not have."""


class DecryptionError(ConfigurationError):
    """A stored secret cannot be opened with the encryption keys given."""


class SourceUnavailableError(GenAIError):
    """Connections or a prompt cannot be fetched and there is no last good one: wait and try again."""


class RunLimitError(GenAIError):
    """A run of tools reached a bound before the model was done: raise the bound, or see what it keeps calling.

    Attributes:
        limit: The bound: `"max_rounds"` or `"max_cost"`.
        run: What there is (`ToolRun`): its `messages` can be gone on with.
    """

    def __init__(self, message: str, *, limit: str = "", run: Any = None) -> None:
        super().__init__(message)
        self.limit = limit
        self.run = run


class ProviderError(GenAIError):
    """A provider refused or failed a call.

    Attributes:
        provider: The connection's adapter, such as `"azure"`.
        connection: The connection's name.
        model: The model id sent to the provider.
        status_code: The HTTP status, or None when there was no answer.
        request_id: The provider's own id of the request, if it gave one.
        retry_after: Seconds the provider asked to wait, if it did.
        reason: A short phrase for the attempt's row, such as `"rate limited"`.
        attempts: Every attempt of the call in order.
        usage: The tokens (`Usage`) that the provider reported of the answer that was refused, or None.
    """

    default_reason = "provider error"
    usage: Any = None

    def __init__(
        self,
        message: str,
        *,
        provider: str | None = None,
        connection: str | None = None,
        model: str | None = None,
        status_code: int | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        reason: str | None = None,
        attempts: Sequence[AttemptRow] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.provider = provider
        self.connection = connection
        self.model = model
        self.status_code = status_code
        self.request_id = request_id
        self.retry_after = retry_after
        self.reason: str = reason or self.default_reason
        self.attempts: tuple[AttemptRow, ...] = tuple(attempts)


class AuthenticationError(ProviderError):
    """The provider rejected the connection's credentials (401)."""

    default_reason = "credentials rejected"


class PermissionDeniedError(ProviderError):
    """The provider's account may not do this (403)."""

    default_reason = "permission denied"


class ModelNotFoundError(ProviderError):
    """The provider has no such model or deployment (404)."""

    default_reason = "model not found"


class BadRequestError(ProviderError):
    """The provider found the request itself wrong (400, 413, 422)."""

    default_reason = "bad request"


class UnsupportedParameterError(BadRequestError):
    """A parameter that the provider or its model does not take, which another one may.

    Attributes:
        refused: The parameters, each with where there is no place for it; empty where only the provider's own words
            tell.
    """

    default_reason = "unsupported"
    refused: Mapping[str, str] = MappingProxyType({})


class RateLimitError(ProviderError):
    """The provider's limit is reached (429)."""

    default_reason = "rate limited"


class ContextWindowExceededError(ProviderError):
    """The input is longer than the model takes."""

    default_reason = "context window exceeded"


class ContentFilterError(ProviderError):
    """The provider's content policy refused the request."""

    default_reason = "content filtered"


class ProviderUnavailableError(ProviderError):
    """No usable answer: connect error, 5xx, malformed body or a cut connection."""

    default_reason = "unavailable"


class ProviderTimeoutError(ProviderError):
    """The attempt ran into its timeout."""

    default_reason = "timeout"


class StreamInterruptedError(ProviderError):
    """A stream broke after its first content.

    Attributes:
        text: What had arrived so far.
    """

    default_reason = "stream interrupted"

    def __init__(self, message: str, *, text: str = "", **facts: object) -> None:
        super().__init__(message, **facts)  # type: ignore[arg-type]
        self.text = text


class ResponseFormatError(ProviderError):
    """An answer came, and it is not of the type that `response_format` asked for.

    Attributes:
        text: The answer's text; empty where the model refused, or called a tool.
        problem: What is wrong with it, in words that quote nothing of it.
    """

    default_reason = "not of the form asked for"

    def __init__(self, message: str, *, text: str = "", problem: str = "", **facts: object) -> None:
        super().__init__(message, **facts)  # type: ignore[arg-type]
        self.text = text
        self.problem = problem


class RouteExhaustedError(ProviderError):
    """Several deployments were tried and all failed; the fields are the last error's.

    Attributes:
        last: The class of the last error.
    """

    default_reason = "every deployment failed"

    def __init__(self, message: str, *, last: type[GenAIError] = ProviderUnavailableError, **facts: object) -> None:
        super().__init__(message, **facts)  # type: ignore[arg-type]
        self.last = last
