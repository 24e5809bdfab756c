"""The fastest HTTP clients of others that can pass our transport's contract, bare: http.client and aiohttp."""

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import msgspec

from benchmarks import canned
from benchmarks.contenders.contender import MESSAGES, TEXTS, Count, Streamed, check_text, check_vectors, trusting

_decode = msgspec.json.Decoder().decode
_HEADERS = {"authorization": f"Bearer {canned.KEY}", "content-type": "application/json"}


class Engines:
    """One kept connection for sync calls, one session for async ones.

    Args:
        url: The server's address.
        ca: A file of what to trust over TLS, or None where there is no TLS.
    """

    def __init__(self, url: str, ca: str | None = None) -> None:
        place = urlsplit(url)
        self._url = url
        self._context = context = trusting(ca) if ca else None
        host, port = place.hostname or "", place.port
        self._connection = (
            http.client.HTTPSConnection(host, port, context=context)
            if context
            else http.client.HTTPConnection(host, port)
        )
        self._session: Any = None

    def chat(self) -> None:
        body = json.dumps({"model": canned.MODEL, "messages": MESSAGES})
        self._connection.request("POST", "/burst/v1/chat/completions", body, _HEADERS)
        check_text(_decode(self._connection.getresponse().read())["choices"][0]["message"]["content"])

    async def achat(self) -> None:
        body = json.dumps({"model": canned.MODEL, "messages": MESSAGES}).encode()
        url = f"{self._url}/burst/v1/chat/completions"
        async with self._client().post(url, data=body, headers=_HEADERS) as response:
            check_text(_decode(await response.read())["choices"][0]["message"]["content"])

    def stream(self, *, paced: bool) -> Streamed:
        body = json.dumps({"model": canned.MODEL, "messages": MESSAGES, "stream": True})
        self._connection.request("POST", f"/{_speed(paced)}/v1/chat/completions", body, _HEADERS)
        response, count = self._connection.getresponse(), Count()
        while line := response.readline():
            _take(line, count)
        return count.result(paced=paced)

    async def astream(self, *, paced: bool) -> Streamed:
        body = json.dumps({"model": canned.MODEL, "messages": MESSAGES, "stream": True}).encode()
        url = f"{self._url}/{_speed(paced)}/v1/chat/completions"
        count, rest = Count(), b""
        async with self._client().post(url, data=body, headers=_HEADERS) as response:
            async for data in response.content.iter_any():
                *lines, rest = (rest + data if rest else data).split(b"\n")
                for line in lines:
                    _take(line, count)
        return count.result(paced=paced)

    def embed(self) -> None:
        body = json.dumps({"model": "text-embedding-3-small", "input": TEXTS})
        self._connection.request("POST", "/burst/v1/embeddings", body, _HEADERS)
        data = _decode(self._connection.getresponse().read())["data"]
        check_vectors(len(data), len(data[-1]["embedding"]))

    def flush(self) -> None:
        """Do nothing: nothing is recorded."""

    def _client(self) -> Any:
        if self._session is None:
            import aiohttp  # what a sync program does not load

            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, ssl=self._context or True))
        return self._session


def _speed(paced: bool) -> str:
    return "paced" if paced else "burst"


def _take(line: bytes, count: Count) -> None:
    if line.startswith(b"data: {"):
        choices = _decode(line[6:])["choices"]
        if choices:
            count.add(choices[0]["delta"].get("content"))
