"""A simulated provider behind uvicorn, and raw HTTP to it, so that nothing of ours stands between test and wire."""

import contextlib
import http.client
import json
from collections.abc import Callable, Iterator
from typing import Any

import openai
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.local.serving import serving

from genai_sdk.local.simulated import Regions, control_routes, wire_routes

KEY = "sk-simulated-test"
PAIR = "Basic the-project"


class OnlyTheProject:
    """Stands for the platform's own check of the project's key pair."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        let_in = (b"authorization", PAIR.encode()) in scope["headers"]
        await (self.app if let_in else Response(status_code=401))(scope, receive, send)


class Answer:
    """A response read to its end."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> Any:
        return self.json["error"]

    @property
    def events(self) -> list[Any]:
        """The `data` of each server-sent event, decoded but for the end mark."""
        lines = [line[6:] for line in self.body.decode().splitlines() if line.startswith("data: ")]
        return [line if line == "[DONE]" else json.loads(line) for line in lines]


Ask = Callable[..., Answer]


@pytest.fixture(scope="session")
def platform() -> Iterator[tuple[str, Regions]]:
    """The origin and the regions, once for all tests."""
    regions, guard = Regions(limit=4), [Middleware(OnlyTheProject)]
    with serving(Starlette(routes=[*wire_routes(regions), *control_routes(regions, middleware=guard)])) as running:
        yield running, regions


@pytest.fixture
def origin(platform: tuple[str, Regions]) -> str:
    return platform[0]


@pytest.fixture(autouse=True)
def regions(platform: tuple[str, Regions]) -> Regions:
    """The regions, of which none is named yet."""
    _, regions = platform
    for state in regions:
        regions.forget(state.region)
    return regions


@pytest.fixture
def connect(origin: str) -> Callable[[], contextlib.AbstractContextManager[http.client.HTTPConnection]]:
    """Open a connection; no read of it waits for more than five seconds."""

    def opened() -> contextlib.AbstractContextManager[http.client.HTTPConnection]:
        host, port = origin.removeprefix("http://").split(":")
        return contextlib.closing(http.client.HTTPConnection(host, int(port), timeout=5))

    return opened


@pytest.fixture
def ask(connect: Callable[[], contextlib.AbstractContextManager[http.client.HTTPConnection]]) -> Ask:
    """Send one request over a connection of its own."""

    def send(path: str, body: Any = None, *, method: str | None = None, authorization: str | None = None) -> Answer:
        data = body if isinstance(body, bytes) or body is None else json.dumps(body)
        given = f"Bearer {KEY}" if authorization is None else authorization
        headers = {"authorization": given} if given else {}
        with connect() as connection:
            connection.request(method or ("GET" if body is None else "POST"), path, data, headers)
            return Answer(connection.getresponse())

    return send


@pytest.fixture
def chat(ask: Ask) -> Ask:
    """Send one chat completion."""

    def send(
        text: str = "Hello there!", *, region: str = "seoul", authorization: str | None = None, **body: Any
    ) -> Any:
        whole = {"model": "simulated-small", "messages": [{"role": "user", "content": text}], **body}
        return ask(f"/simulated/{region}/v1/chat/completions", whole, authorization=authorization)

    return send


@pytest.fixture
def behave(ask: Ask) -> Ask:
    """Set a region's behaviour as the project does."""

    def send(body: Any, region: str = "seoul") -> Answer:
        return ask(f"/simulated/{region}/behaviour", body, method="PUT", authorization=PAIR)

    return send


@pytest.fixture
def client(origin: str) -> Iterator[openai.OpenAI]:
    """The official client, in Seoul."""
    base = f"{origin}/simulated/seoul/v1"
    with openai.OpenAI(api_key=KEY, base_url=base, max_retries=0, timeout=5) as opened:
        yield opened
