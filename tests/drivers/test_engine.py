"""The engine carries any wire: what a codec may say of itself is done, on both faces."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from tests.drivers.stage import BIRTH, HELLO, KEY, Face

from genai_sdk.connections import Connection, Credentials, Secret
from genai_sdk.drivers import Deployment
from genai_sdk.drivers.engine import Engine
from genai_sdk.drivers.request_headers import composed
from genai_sdk.drivers.route import Route, endpoint_of
from genai_sdk.errors import BadRequestError, PermissionDeniedError, ProviderUnavailableError
from genai_sdk.http import AsyncTransport, SyncTransport
from genai_sdk.secret import Sealed
from genai_sdk.types import ChatCompletion, ChatCompletionChunk, ConnectionView, EmbeddingResponse
from genai_sdk.wires.openai.chat import ChatCodec
from genai_sdk.wires.openai.embeddings import EmbeddingCodec
from genai_sdk.wires.operation import CHAT, EMBEDDING, ChatRequest, EmbeddingRequest, Operation
from genai_sdk.wires.refusal import WORDS, Words
from genai_sdk.wires.wire import Codec, HttpRequest, MalformedError, UnsupportedError, Wire


class Server:
    """Answers each POST with what `say` makes of its body, and keeps what came."""

    def __init__(self) -> None:
        self.came: list[tuple[Mapping[str, str], bytes]] = []
        self.status = 200
        self.say: Any = None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
                answer = outer.say(body)
                self.send_response(outer.status)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's name
                """Print nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.fixture(params=["sync", "async"])
def face(request: pytest.FixtureRequest) -> Iterator[Face]:
    sync, async_ = SyncTransport(), AsyncTransport()
    yield Face(Engine(sync, async_), is_async=request.param == "async")
    sync.close()
    async_.close()


def deployed(server: Server, operation: Operation[Any, Any, Any], codec: type[Codec[Any, Any, Any]], wire: Wire) -> Any:
    """Return a deployment whose operation goes over a codec of the test's."""
    view = ConnectionView(name="here", adapter="openai", base_url=server.url, created_at=BIRTH, updated_at=BIRTH)
    deployment = Deployment(Connection(view, Credentials("api_key", {"key": Secret(KEY)})), "m")
    made = codec(endpoint_of(deployment))
    deployment.connection.memo[operation.name, deployment.model, ""] = Route(
        wire, made, None, Sealed(composed(made.headers, {}))
    )
    return deployment


def chat_answer(text: str) -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return json.dumps({"id": "c", "choices": [choice], "usage": {"prompt_tokens": 2}}).encode()


class OneByOne(EmbeddingCodec):
    """A model that embeds one text at a time."""

    def split(self, request: EmbeddingRequest) -> Sequence[EmbeddingRequest]:
        texts = [request.input] if isinstance(request.input, str) else request.input
        return [EmbeddingRequest(text, request.options) for text in texts]

    def join(self, responses: Sequence[EmbeddingResponse]) -> EmbeddingResponse:
        return EmbeddingResponse(data=tuple(item for response in responses for item in response.data))


def test_a_request_that_takes_several_is_answered_as_one(server: Server, face: Face) -> None:
    def vector(body: bytes) -> bytes:
        return json.dumps({"data": [{"embedding": [len(json.loads(body)["input"][0])]}]}).encode()

    server.say = vector
    reply = face.embed(deployed(server, EMBEDDING, OneByOne, Wire()), ["a", "bb", "ccc"])
    assert [item.embedding for item in reply.value.data] == [(1,), (2,), (3,)]
    assert len(server.came) == 3


class Whole(ChatCodec):
    """A model that cannot stream."""

    def encode(self, request: ChatRequest, *, stream: bool) -> HttpRequest:
        return super().encode(request, stream=False)


def test_a_model_that_cannot_stream_is_streamed_all_the_same(server: Server, face: Face) -> None:
    server.say = lambda _: chat_answer("one two")
    chunks, _ = face.stream(deployed(server, CHAT, Whole, Wire()))
    assert "".join(chunk.text for chunk in chunks) == "one two"
    assert chunks[-1].usage is not None
    assert b'"stream"' not in server.came[0][1]


class InPieces(ChatCodec):
    """A body that is never copied into one."""

    def encode(self, request: ChatRequest, *, stream: bool) -> HttpRequest:
        whole = super().encode(request, stream=stream)
        assert isinstance(whole.body, bytes)
        piece = b" " * 200_000
        return HttpRequest(whole.url, (whole.body, b"", piece, piece), {"content-type": "x/y"}, streams=stream)


def test_a_body_in_pieces_arrives_whole_and_in_order(server: Server, face: Face) -> None:
    server.say = lambda _: chat_answer("ok")
    assert face.complete(deployed(server, CHAT, InPieces, Wire())).value.text == "ok"
    headers, body = server.came[0]
    assert (headers["content-type"], headers["content-length"], len(body)) == ("x/y", str(len(body)), len(body))
    assert json.loads(body)["messages"] == HELLO
    assert body.endswith(b"}" + b" " * 400_000)
    assert headers["authorization"] == f"Bearer {KEY}"


class Text(Codec[ChatRequest, ChatCompletion, ChatCompletionChunk]):
    """A wire whose answers are no JSON."""

    binary: ClassVar[bool] = True

    def encode(self, request: ChatRequest, *, stream: bool) -> HttpRequest:
        if "seed" in request.options:
            raise UnsupportedError("seed", "dice")
        return HttpRequest(self.endpoint.root, str(request.options["top_k"]).encode())

    def decode(self, data: bytes, headers: Mapping[str, str], /) -> ChatCompletion | None:
        if data == b"\xff":
            raise MalformedError("a byte that means nothing")
        choice = {"message": {"content": data.decode()}, "finish_reason": headers["content-length"]}
        return ChatCompletion.from_dict({"choices": [choice]})


def test_an_answer_may_be_bytes(server: Server, face: Face) -> None:
    server.say = lambda body: b"%b!" % body
    deployment = deployed(server, CHAT, Text, Wire())
    assert face.complete(deployment, top_k=7).value.text == "7!"
    assert face.complete(deployment, top_k=7).value.choices[0].finish_reason == "2"


def test_what_a_codec_raises_becomes_the_error_it_means(server: Server, face: Face) -> None:
    deployment = deployed(server, CHAT, Text, Wire())
    with pytest.raises(BadRequestError, match="no place for seed, dice on this provider's wire"):
        face.complete(deployment, seed=1)
    with pytest.raises(BadRequestError, match="nothing was sent"):
        face.complete(deployment)
    assert not server.came
    server.say = lambda _: b"\xff"
    with pytest.raises(ProviderUnavailableError, match="with a byte that means nothing"):
        face.complete(deployment, top_k=1)
    server.say = lambda _: b"\xfe"
    with pytest.raises(ProviderUnavailableError, match=r"something that cannot be read \(UnicodeDecodeError\)"):
        face.complete(deployment, top_k=1)


class Strict(Wire):
    """A wire with words of its own."""

    words = Words(always={"house_rules": "permission"}).over(WORDS)


def test_a_wire_s_own_words_decide_what_a_refusal_is(server: Server, face: Face) -> None:
    server.say = lambda _: b'{"error": {"code": "HOUSE_RULES", "message": "No."}}'
    server.status = 429
    with pytest.raises(PermissionDeniedError) as caught:
        face.complete(deployed(server, CHAT, ChatCodec, Strict()))
    assert caught.value.status_code == 429


def test_an_account_that_has_to_pay_first_is_the_connection_s_trouble(server: Server, face: Face) -> None:
    server.say, server.status = lambda _: b'{"error": {"message": "Top up."}}', 402
    with pytest.raises(PermissionDeniedError, match=r"Top up\..*credit, billing and quota") as caught:
        face.complete(deployed(server, CHAT, ChatCodec, Wire()))
    assert (caught.value.status_code, caught.value.reason) == (402, "account refused")
