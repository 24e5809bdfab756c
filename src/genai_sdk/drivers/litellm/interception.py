"""litellm without what surrounds it: how a function of its is run, and the objects handed into it.

litellm's public functions are run without the wrapper around them that logs, caches, retries and starts threads, and
with objects of ours in the places where it takes some: a logging object that does nothing, and clients that send
nothing. Imported late, because litellm is.
"""

import inspect
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, NoReturn

import httpx
import litellm
import msgspec
from litellm import main as litellm_main
from litellm.anthropic_beta_headers_manager import get_provider_name
from litellm.litellm_core_utils.litellm_logging import Logging
from litellm.llms.custom_httpx.http_handler import HTTPHandler

# litellm imports it at the first call of Gemini (1.110.2), where pydantic's warnings of it would be the program's.
from litellm.llms.vertex_ai.context_caching import vertex_ai_context_caching as _vertex_ai_context_caching  # noqa: F401
from litellm.types import utils
from litellm.types.llms.openai import ResponsesAPIResponse

from genai_sdk.drivers.litellm.intercepted import InterceptedRequest
from genai_sdk.drivers.litellm.shapes import NOBODY, Shape
from genai_sdk.lifecycle.fork import in_forked_child
from genai_sdk.wires.values import plain
from genai_sdk.wires.wire import HttpRequest, HttpResponse

litellm_completion: Callable[..., Any] = inspect.unwrap(litellm.completion)
litellm_embedding: Callable[..., Any] = inspect.unwrap(litellm.embedding)

# Every other header of litellm's is authentication, or its own business.
_FORMAT_HEADERS = frozenset({"accept", "anthropic-beta", "anthropic-version", "content-type"})

_ARGUMENTS: Mapping[str, Any] = {
    "api_key": NOBODY,
    "max_retries": 0,
    "num_retries": 0,
    "timeout": 600.0,  # nothing waits in here
}
# Those of chat alone: litellm would send them to an embedding model.
_CHAT_ARGUMENTS: Mapping[str, Any] = {
    "_skip_mcp_handler": True,  # else `tools` needs the package mcp
    "_skip_responses_api_bridge": True,  # the connection says whether chat goes over /responses, not the model
}


def run(function: Callable[..., Any], shape: Shape, call: Mapping[str, Any], **more: Any) -> Any:
    """Run a function of litellm's; the call's arguments are copied, because litellm writes into messages and tools."""
    arguments = {"model": shape.model, "litellm_logging_obj": Silent(shape.model), **more}
    if function is litellm_completion:
        arguments |= _CHAT_ARGUMENTS
    with silence:
        return function(**plain(call), **_ARGUMENTS, **shape.arguments, **arguments, api_base=shape.root)


class Silent(Logging):  # type: ignore[misc]
    """litellm's logging object, with nothing logged, kept or called back."""

    def __init__(self, model: str) -> None:
        super().__init__(
            model=model,
            messages=None,
            stream=False,
            call_type="completion",
            start_time=datetime.now(UTC),
            litellm_call_id=NOBODY,
            litellm_trace_id=NOBODY,
            function_id=NOBODY,
            supports_correlation_logging=False,
        )

    def pre_call(self, *_args: Any, **_more: Any) -> None:
        """Log nothing."""

    def post_call(self, *_args: Any, **_more: Any) -> None:
        """Log nothing."""

    def should_run_prompt_management_hooks(self, *_args: Any, **_more: Any) -> bool:
        """Let no hook that is registered in the process rewrite the prompt."""
        return False


class Replay(HTTPHandler):  # type: ignore[misc]
    """The client of most vendors: it hands out the answers there are, then asks for the next one."""

    def __init__(self, answers: Sequence[HttpResponse]) -> None:
        self._left = list(reversed(answers))

    def __del__(self) -> None:
        """Close nothing: there is nothing open."""

    def post(
        self,
        url: str,
        data: Any = None,
        json: Any = None,
        params: Any = None,
        headers: Any = None,
        stream: bool = False,
        timeout: Any = None,
        files: Any = None,
        content: Any = None,
        logging_obj: Any = None,
    ) -> httpx.Response:
        """Return the next answer, or ask for it."""
        if self._left:
            return response(url, self._left.pop())
        kept = {name.lower(): str(value) for name, value in (headers or {}).items() if name.lower() in _FORMAT_HEADERS}
        body = json if data is None else data
        raise InterceptedRequest(
            HttpRequest(
                url=url,
                headers={"content-type": "application/json", **kept},
                body=body.encode() if isinstance(body, str) else encode(body),
                streams=stream,
            )
        )


class RequestListener(Silent):
    """The logging object of OpenAI's wire: told of the request before it is made, it asks for the answer.

    Only so is it early enough: next litellm starts a clock that runs a coroutine, on whatever event loop it finds or
    makes.
    """

    def __init__(self, shape: Shape, path: str) -> None:
        super().__init__(shape.model)
        self._shape = shape
        self._path = path

    def pre_call(self, *_args: Any, additional_args: Mapping[str, Any], **_more: Any) -> NoReturn:
        """Ask for the answer."""
        raise InterceptedRequest(json_request(self._shape, self._path, additional_args["complete_input_dict"]))


def openai_client(shape: Shape) -> SimpleNamespace:
    """Return what litellm looks at of an openai client before it uses it."""
    return SimpleNamespace(api_key=NOBODY, _base_url=SimpleNamespace(_uri_reference=shape.root))


def json_request(shape: Shape, path: str, fields: Mapping[str, Any]) -> HttpRequest:
    """Return the request that the openai SDK would make for `fields`."""
    sent = {name: item for name, item in fields.items() if name not in ("extra_body", "extra_headers", "timeout")}
    return HttpRequest(
        url=f"{shape.root}{path}" + (f"?{shape.query}" if shape.query else ""),
        headers={"content-type": "application/json"},
        body=encode({**sent, **(fields.get("extra_body") or {})}),
        streams=bool(sent.get("stream")),
    )


def response(url: str, answer: HttpResponse) -> httpx.Response:
    """Return an answer as litellm's readers take it."""
    # The body is decoded and whole, whatever the headers said of its transport.
    headers = {k: v for k, v in answer.headers.items() if k not in ("content-encoding", "content-length")}
    return httpx.Response(answer.status, headers=headers, content=answer.body, request=httpx.Request("POST", url))


def dump(answer: Any) -> dict[str, Any]:
    """Return an answer of litellm's as JSON."""
    dumped: dict[str, Any] = answer.model_dump(exclude_none=True, warnings=False)
    return dumped


def encode(item: Any) -> bytes:
    """Return JSON, also of the pydantic values that litellm builds."""
    return msgspec.json.encode(item, enc_hook=lambda value: value.model_dump(exclude_none=True))


class _Silence:
    """Keeps litellm from printing advice to stdout, which it does unless a switch of its is on.

    The switch belongs to the process: it is on while any run is under way, and then what it was.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs = 0
        self._before = False
        in_forked_child(self._leave_behind)

    def __enter__(self) -> None:
        with self._lock:
            if self._runs == 0:
                self._before, litellm.suppress_debug_info = litellm.suppress_debug_info, True
            self._runs += 1

    def __exit__(self, *_exc: object) -> None:
        with self._lock:
            self._runs -= 1
            if self._runs == 0:
                litellm.suppress_debug_info = self._before

    def _leave_behind(self) -> None:
        # Runs of the parent's other threads do not go on here, and one of them may hold the lock.
        self._lock = threading.Lock()
        if self._runs:
            self._runs, litellm.suppress_debug_info = 0, self._before


silence = _Silence()
"""One per process, like the switch."""


def _prepare() -> None:
    """Settle what litellm would otherwise do at the first call."""
    # pydantic builds these when they are first used, with warnings that are silenced only while litellm is imported.
    for shape in (
        utils.ModelResponse,
        utils.ModelResponseStream,
        utils.Choices,
        utils.StreamingChoices,
        utils.Delta,
        utils.Message,
        utils.Usage,
        utils.EmbeddingResponse,
        ResponsesAPIResponse,
    ):
        shape.model_rebuild()
    # The tokenizer, whose place litellm finds in an environment variable that it sets for all.
    _ = litellm_main.encoding  # pyright: ignore[reportAttributeAccessIssue]  # made when asked for
    # A list of header names, which else comes from GitHub when a call first needs it.
    get_provider_name("anthropic")
    nobody: Any = SimpleNamespace(token=NOBODY, expired=False)
    for vertex in (
        litellm_main.vertex_chat_completion,
        litellm_main.vertex_partner_models_chat_completion,
        litellm_main.vertex_embedding,
        litellm_main.google_batch_embeddings,
    ):
        # litellm's cache of access tokens, the only way to hand it one. This one opens nothing.
        vertex._credentials_project_mapping[NOBODY, NOBODY] = nobody, NOBODY


_prepare()
