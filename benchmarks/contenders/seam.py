"""Our own HTTP, bare: what the direct driver stands on, without driver, routing and trace."""

import json

import msgspec

from benchmarks import canned
from benchmarks.contenders.contender import MESSAGES, TEXTS, Count, Streamed, check_text, check_vectors
from genai_sdk.http import AsyncTransport, Deadline, Request, SyncTransport, TransportSettings

_decode = msgspec.json.Decoder().decode
_HEADERS = (("authorization", f"Bearer {canned.KEY}"), ("content-type", "application/json"))
_TOTAL = 60.0


class Seam:
    """One transport for sync calls, one for async ones.

    Args:
        url: The server's address.
        ca: A file of what to trust over TLS, or None where there is no TLS.
    """

    def __init__(self, url: str, ca: str | None = None) -> None:
        settings = TransportSettings(ca_bundle=ca)
        self._url = url
        self._sync = SyncTransport(settings)
        self._async = AsyncTransport(settings)

    def chat(self) -> None:
        request = self._request("burst", "chat/completions", model=canned.MODEL, messages=MESSAGES)
        check_text(_decode(self._sync.open(request, Deadline(_TOTAL)).read())["choices"][0]["message"]["content"])

    async def achat(self) -> None:
        request = self._request("burst", "chat/completions", model=canned.MODEL, messages=MESSAGES)
        response = await self._async.open(request, Deadline(_TOTAL))
        check_text(_decode(await response.read())["choices"][0]["message"]["content"])

    def stream(self, *, paced: bool) -> Streamed:
        request = self._request(_speed(paced), "chat/completions", model=canned.MODEL, messages=MESSAGES, stream=True)
        count, rest = Count(), b""
        for data in self._sync.open(request, Deadline(_TOTAL)).chunks():
            rest = _take(rest + data, count)
        return count.result(paced=paced)

    async def astream(self, *, paced: bool) -> Streamed:
        request = self._request(_speed(paced), "chat/completions", model=canned.MODEL, messages=MESSAGES, stream=True)
        count, rest = Count(), b""
        async for data in (await self._async.open(request, Deadline(_TOTAL))).chunks():
            rest = _take(rest + data, count)
        return count.result(paced=paced)

    def embed(self) -> None:
        request = self._request("burst", "embeddings", model="text-embedding-3-small", input=TEXTS)
        data = _decode(self._sync.open(request, Deadline(_TOTAL)).read())["data"]
        check_vectors(len(data), len(data[-1]["embedding"]))

    def flush(self) -> None:
        """Do nothing: nothing is recorded."""

    def _request(self, speed: str, path: str, **body: object) -> Request:
        return Request("POST", f"{self._url}/{speed}/v1/{path}", _HEADERS, json.dumps(body).encode())


def _speed(paced: bool) -> str:
    return "paced" if paced else "burst"


def _take(data: bytes, count: Count) -> bytes:
    """Count the whole lines, and return the rest."""
    *lines, rest = data.split(b"\n")
    for line in lines:
        if line.startswith(b"data: {") and (choices := _decode(line[6:])["choices"]):
            count.add(choices[0]["delta"].get("content"))
    return rest
