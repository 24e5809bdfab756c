"""What the SDKs of OpenAI and of Anthropic have in common, which one generator (Stainless) writes."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from genai_sdk.errors import GenAIError
from genai_sdk.gateway.openai.application import Api, Application, Client
from genai_sdk.gateway.openai.failure import Failure
from genai_sdk.gateway.openai.transport import API_KEY, ERROR, Dialect, Transport


class Sdk:
    """A vendor's SDK on clients within the process.

    Args:
        module: The SDK.
        http: The HTTP library that it stands on, `httpx` or `httpx2`.
        api: How its API is read and written.
        dialect: What is particular to its transport.
        neutral: Arguments of its clients, given where they have them, so that the environment counts for nothing.
        details: What an error of its connections says beside its sentence, by attribute.

    Attributes:
        http: The HTTP library.
    """

    def __init__(
        self,
        module: ModuleType,
        http: ModuleType,
        api: Api,
        dialect: Dialect,
        *,
        neutral: Mapping[str, Any],
        details: Callable[[Failure], Mapping[str, Any]],
    ) -> None:
        self._module: Any = module
        self.http: Any = http
        self._api = api
        self._dialect = dialect
        self._neutral = neutral
        self._details = details

    def make(self, kind: Any, http_client: Any, client: Client) -> tuple[Any, Transport]:
        """Return a client of the SDK on one of ours, and its transport.

        Args:
            kind: Its class.
            http_client: The class of the HTTP client below it.
            client: Makes the calls.
        """
        transport = Transport(Application(client, self._api), self.http, self.interrupted, self._dialect)
        taken = inspect.signature(kind).parameters
        made = kind(
            **{name: item for name, item in self._neutral.items() if name in taken},
            api_key=API_KEY,
            base_url=self._dialect.base_url,
            max_retries=0,
            timeout=None,  # without one the client's own count
            http_client=http_client(transport=transport, trust_env=False),
        )
        transport.ambient = {
            name.lower(): value for name, value in made.default_headers.items() if isinstance(value, str)
        }
        return made, transport

    @contextmanager
    def explaining(self) -> Iterator[None]:
        """Let an error of the SDK say what ours says, which is its cause."""
        try:
            yield
        except self._module.APIError as error:
            failed = error
        else:
            return
        cause = self._cause(failed)
        raise self.explained(failed, cause) from cause

    def _cause(self, error: Any) -> BaseException | None:
        """Return our error behind one of the SDK's."""
        behind: BaseException | None = error.__cause__
        if isinstance(error, self._module.APIStatusError):
            own: BaseException | None = error.response.extensions.get(ERROR)
            return own or behind
        return behind.__cause__ if behind is not None and isinstance(behind, self.http.TransportError) else behind

    def explained(self, error: Any, cause: BaseException | None) -> Exception:
        """Let an error say what ours says: the SDK has no more than one sentence for all timeouts and connections."""
        if isinstance(cause, GenAIError):
            error.message = str(cause)
            error.args = (error.message,)
            if isinstance(error, self._module.APIConnectionError):
                for name, item in self._details(self._dialect.failure_of(cause)).items():
                    setattr(error, name, item)
        explained: Exception = error
        return explained

    def interrupted(self, error: GenAIError, request: Any) -> Exception:
        """Return the SDK's error for a stream that broke, from ours and the request."""
        body = self._details(self._dialect.failure_of(error))["body"]
        made: Exception = self._module.APIError(str(error), request, body=body)
        return made
