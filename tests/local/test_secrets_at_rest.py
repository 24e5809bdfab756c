"""No file of the data directory holds a provider's secret in clear, neither while the platform runs nor after."""

import base64
from pathlib import Path

from tests.local.ending import ask

from genai_sdk.local import Platform

_KEY, _HEADER, _ROTATED = "sk-canary-key-93511", "canary-header-73211", "sk-canary-rotated-55331"
_CANARIES = [
    form
    for each in (_KEY, _HEADER, _ROTATED)
    for form in (
        each.encode(),
        each.encode().hex().encode(),
        base64.b64encode(each.encode())[:20],
        each.encode("utf-16-le"),
    )
]


def _leaks(directory: Path) -> list[tuple[str, bytes]]:
    files = [path for path in directory.rglob("*") if path.is_file()]
    assert files
    return [(path.name, canary) for path in files for canary in _CANARIES if canary in path.read_bytes()]


def test_secrets_at_rest_are_ciphertext_in_every_file(tmp_path: Path) -> None:
    with Platform(tmp_path, port=0) as platform:
        pair = (platform.credentials.public_key, platform.credentials.secret_key)
        connections = platform.url + "/api/public/llm-connections"
        body = {"provider": "one", "adapter": "openai", "secretKey": _KEY, "extraHeaders": {"X-Team": _HEADER}}
        for secret in (_KEY, _ROTATED):
            ask(connections, "PUT", {**body, "secretKey": secret}, pair)
        assert (tmp_path / "platform.sqlite-wal").stat().st_size > 0
        assert _leaks(tmp_path) == []
        delivered = ask(platform.url + "/api/genai/v1/connections", pair=pair)["connections"][0]
        assert (delivered["secret"], delivered["extra_headers"]) == (_ROTATED, {"X-Team": _HEADER})
        gone = ask(connections, pair=pair)["data"][0]["id"]
        ask(f"{connections}/{gone}", "DELETE", pair=pair)
    assert _leaks(tmp_path) == []


def test_the_search_for_secrets_would_find_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" + _KEY.encode() + b"y")
    assert _leaks(tmp_path) == [("file", _KEY.encode())]
