"""A client whose connections speak every wire to a server that plays exact bytes, and one connection that answers."""

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from genai_sdk import GenAIClient
from genai_sdk.connections import ConnectionRecord
from genai_sdk.testing import FakeLangfuse
from genai_sdk.testing.eventstream import event as aws_event
from genai_sdk.types import ChatCompletion

BIRTH = datetime(2026, 1, 1, tzinfo=UTC)
AWS = '{"accessKeyId": "AKIAEXAMPLEEXAMPLE00", "secretAccessKey": "a-secret-of-aws"}'
RESCUE = "from the fallback"
HELLO = [{"role": "user", "content": "Hello!"}]

MODELS: Mapping[str, str] = {
    "chat": "m",
    "responses": "m",
    "messages": "claude-sonnet-4-5",
    "gemini": "gemini-2.5-flash",
    "converse": "anthropic.claude-sonnet-4-5-20250929-v1:0",
}
"""The model that is asked on each wire."""

_ROWS: Mapping[str, tuple[str, str, str, Mapping[str, Any] | None]] = {
    "chat": ("openai", "/v1", "sk-of-the-test", None),
    "responses": ("openai", "/v1", "sk-of-the-test", {"useResponsesApi": True}),
    "messages": ("anthropic", "", "sk-of-the-test", None),
    "gemini": ("google-ai-studio", "", "a-key-of-google", None),
    "converse": ("bedrock", "", AWS, {"region": "us-east-1"}),
}


def http(body: Any, status: int = 200, media: str = "application/json", **headers: str) -> bytes:
    """Return a response as it is on the wire; what is no bytes becomes JSON."""
    data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} X", *([f"content-type: {media}"] if media else [])]
    lines += [f"{name.replace('_', '-')}: {item}" for name, item in headers.items()]
    return "\r\n".join([*lines, "connection: close", "", ""]).encode() + data


def events(*items: Any, done: bool = True, named: bool = False) -> bytes:
    """Return a response that is a stream of server-sent events; bytes go out as they are."""
    return http(sse(*items, done=done, named=named), media="text/event-stream")


def sse(*items: Any, done: bool = True, named: bool = False) -> bytes:
    """Return the body of such a response."""
    data = b""
    for item in items:
        if isinstance(item, bytes):
            data += item
            continue
        data += f"event: {item['type']}\n".encode() if named else b""
        data += b"data: " + json.dumps(item, ensure_ascii=False).encode() + b"\n\n"
    return data + (b"data: [DONE]\n\n" if done else b"")


def aws_events(*items: tuple[str, Mapping[str, Any]]) -> bytes:
    """Return a response that is a stream of AWS's own framing."""
    data = b"".join(aws_event(name, json.dumps(item).encode()) for name, item in items)
    return http(data, media="application/vnd.amazon.eventstream")


def chat(content: Any = "hi", finish: Any = "stop", **more: Any) -> dict[str, Any]:
    """Return an answer of OpenAI's chat; a dict for `content` is the message."""
    message = content if isinstance(content, dict) or content is None else {"role": "assistant", "content": content}
    choice = {"index": 0, "message": message, "finish_reason": finish, **more.pop("choice", {})}
    usage = {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}
    return {
        "id": "c",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [choice],
        "usage": usage,
    } | more


def chunk(delta: Any = None, finish: Any = None, **more: Any) -> dict[str, Any]:
    """Return a chunk of OpenAI's chat."""
    if isinstance(delta, str):
        delta = {"content": delta}
    choice = {"index": 0, "delta": delta or {}, "finish_reason": finish, **more.pop("choice", {})}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice], **more}


def message(*blocks: Mapping[str, Any], stop: Any = "end_turn", **more: Any) -> dict[str, Any]:
    """Return a message of Anthropic's."""
    usage = {"input_tokens": 5, "output_tokens": 2}
    head = {"id": "m", "type": "message", "role": "assistant", "model": MODELS["messages"]}
    return {**head, "content": list(blocks), "stop_reason": stop, "usage": usage} | more


def streamed(*blocks: Sequence[Mapping[str, Any]], stop: Any = "end_turn", **usage: Any) -> list[dict[str, Any]]:
    """Return the events of such a message: of each block its beginning, then its deltas."""
    made: list[dict[str, Any]] = [{"type": "message_start", "message": message(stop=None)}]
    for index, (start, *deltas) in enumerate(blocks):
        made.append({"type": "content_block_start", "index": index, "content_block": start})
        made += [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
        made.append({"type": "content_block_stop", "index": index})
    made.append({"type": "message_delta", "delta": {"stop_reason": stop}, "usage": {"output_tokens": 2, **usage}})
    return [*made, {"type": "message_stop"}]


def text(words: str) -> dict[str, Any]:
    """Return a text block of Anthropic's."""
    return {"type": "text", "text": words}


def google(*parts: Mapping[str, Any], finish: Any = "STOP", **more: Any) -> dict[str, Any]:
    """Return an answer of Gemini's."""
    candidate = {"index": 0, "content": {"role": "model", "parts": list(parts)}, **more.pop("candidate", {})}
    if finish:
        candidate["finishReason"] = finish
    usage = {"promptTokenCount": 5, "candidatesTokenCount": 2, "totalTokenCount": 7}
    return {"candidates": [candidate], "usageMetadata": usage} | more


def converse(*blocks: Mapping[str, Any], stop: Any = "end_turn", **more: Any) -> dict[str, Any]:
    """Return an answer of Bedrock's Converse."""
    usage = {"inputTokens": 5, "outputTokens": 2, "totalTokens": 7}
    content = {"message": {"role": "assistant", "content": list(blocks)}}
    return {"output": content, "stopReason": stop, "usage": usage, "metrics": {"latencyMs": 1}} | more


def response(*items: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return a response of OpenAI's Responses API."""
    usage = {"input_tokens": 5, "output_tokens": 2, "total_tokens": 7}
    head = {"id": "r", "object": "response", "created_at": 1, "model": "m", "status": "completed"}
    return {**head, "output": list(items), "usage": usage} | more


def said(words: str, **more: Any) -> dict[str, Any]:
    """Return an item of such a response that is a message."""
    part = {"type": "output_text", "text": words, "annotations": [], **more}
    return {"id": "i", "type": "message", "role": "assistant", "status": "completed", "content": [part]}


class Host:
    """A server that plays the same bytes at every request; what is a function makes them of the request."""

    def __init__(self) -> None:
        self.plays: bytes | Callable[[dict[str, Any]], bytes] = b""
        self.seen: list[dict[str, Any]] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                length = 0
                while line := stream.readline().strip():
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                if length:
                    self.seen.append(json.loads(stream.read(length)))
                    plays = self.plays
                    connection.sendall(plays if isinstance(plays, bytes) else plays(self.seen[-1]))

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


def _rescue(request: dict[str, Any]) -> bytes:
    return events(chunk(RESCUE), chunk({}, "stop")) if request.get("stream") else http(chat(RESCUE))


class World:
    """The servers, the project's connections, and a client of it that tries nothing twice."""

    def __init__(self) -> None:
        self.host, self.rescue = Host(), Host()
        self.rescue.plays = _rescue
        self.langfuse = FakeLangfuse()
        self.langfuse.__enter__()
        for order, (name, (adapter, path, secret, config)) in enumerate(_ROWS.items()):
            self._put(name, adapter, self.host.url + path, MODELS[name], secret, config, order)
        self._put("rescue", "openai", f"{self.rescue.url}/v1", "good", "sk-of-the-test", None, 9)
        self.client = self.make_client()

    def make_client(self, **options: Any) -> GenAIClient:
        """Return another client of the project."""
        url, pair = self.langfuse.url, (self.langfuse.public_key, self.langfuse.secret_key)
        router = {"num_retries": 0, "disable_cooldowns": True}
        given = {"host": url, "broker_url": url, "router_args": router, **options}
        return GenAIClient(public_key=pair[0], secret_key=pair[1], **given)

    def _put(
        self, name: str, adapter: str, url: str, model: str, secret: str, config: Mapping[str, Any] | None, order: int
    ) -> None:
        moment = BIRTH + timedelta(seconds=order)
        self.langfuse.connections.put(
            ConnectionRecord(
                name=name,
                adapter=adapter,  # type: ignore[arg-type]
                secret=secret,
                base_url=url,
                custom_models=(model,),
                with_default_models=False,
                config=config,
                created_at=moment,
                updated_at=moment,
            )
        )

    def close(self) -> None:
        self.client.close()
        self.langfuse.__exit__(None, None, None)
        self.host.close()
        self.rescue.close()


class Face:
    """Calls a client by its sync or its async methods."""

    def __init__(self, world: World, runner: asyncio.Runner | None) -> None:
        self.world = world
        self._runner = runner

    def ask(
        self, wire: str, plays: bytes, *, stream: bool = False, client: GenAIClient | None = None, **options: Any
    ) -> Any:
        """Return the answer to a call, a stream's put together; `chunks` of it are read before."""
        self.world.host.plays = plays
        self.world.host.seen.clear()
        client = client or self.world.client
        given: dict[str, Any] = {"model": f"{wire}/{MODELS[wire]}", "messages": HELLO, "stream": stream, **options}
        if self._runner is None:
            answer = client.completion(**given)
            if not stream:
                return answer
            self.chunks = list(answer)
            return answer.response
        return self._runner.run(self._ask(client, given))

    async def _ask(self, client: GenAIClient, given: dict[str, Any]) -> ChatCompletion:
        answer: Any = await client.acompletion(**given)
        if not given["stream"]:
            return answer  # type: ignore[no-any-return]
        self.chunks = [one async for one in answer]
        return answer.response  # type: ignore[no-any-return]

    def embed(self, model: str, texts: Sequence[str]) -> Any:
        """Return the vectors of some texts."""
        client = self.world.client
        if self._runner is None:
            return client.embedding(model, texts)
        return self._runner.run(client.aembedding(model, texts))
