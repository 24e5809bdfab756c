"""httpx by itself, with the standard library's JSON, as people use it."""

import json
from typing import Any

import httpx

from benchmarks import canned
from benchmarks.contenders.contender import MESSAGES, TEXTS, Count, Streamed, check_text, check_vectors, trusting

_HEADERS = {"authorization": f"Bearer {canned.KEY}"}


class Httpx:
    """One sync and one async client.

    Args:
        url: The server's address.
        ca: A file of what to trust over TLS, or None where there is no TLS.
    """

    def __init__(self, url: str, ca: str | None = None) -> None:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
        given: dict[str, Any] = {"base_url": url, "headers": _HEADERS, "timeout": 60, "limits": limits}
        given.update(trust_env=False, verify=trusting(ca) if ca else True)
        self._client, self._async = httpx.Client(**given), httpx.AsyncClient(**given)

    def chat(self) -> None:
        response = self._client.post("/burst/v1/chat/completions", json=_asked())
        check_text(response.json()["choices"][0]["message"]["content"])

    async def achat(self) -> None:
        response = await self._async.post("/burst/v1/chat/completions", json=_asked())
        check_text(response.json()["choices"][0]["message"]["content"])

    def stream(self, *, paced: bool) -> Streamed:
        count = Count()
        with self._client.stream("POST", _path(paced), json=_asked(stream=True)) as response:
            for line in response.iter_lines():
                _take(line, count)
        return count.result(paced=paced)

    async def astream(self, *, paced: bool) -> Streamed:
        count = Count()
        async with self._async.stream("POST", _path(paced), json=_asked(stream=True)) as response:
            async for line in response.aiter_lines():
                _take(line, count)
        return count.result(paced=paced)

    def embed(self) -> None:
        asked = {"model": "text-embedding-3-small", "input": TEXTS}
        data = self._client.post("/burst/v1/embeddings", json=asked).json()["data"]
        check_vectors(len(data), len(data[-1]["embedding"]))

    def flush(self) -> None:
        """Do nothing: nothing is recorded."""


def _asked(**more: object) -> dict[str, object]:
    return {"model": canned.MODEL, "messages": MESSAGES, **more}


def _path(paced: bool) -> str:
    return f"/{'paced' if paced else 'burst'}/v1/chat/completions"


def _take(line: str, count: Count) -> None:
    if line.startswith("data: {"):
        choices = json.loads(line[6:])["choices"]
        if choices:
            count.add(choices[0]["delta"].get("content"))
