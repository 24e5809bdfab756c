"""Pictures, sound and files, uploaded to Langfuse's media storage by the exporter's thread.

https://langfuse.com/docs/observability/features/multi-modality: a POST registers media for a field of an observation,
and returns where to PUT it, or nowhere if the project has these bytes already; a PATCH says how that went. The
headers of the PUT are those of the Python SDK (langfuse 4.14, its media manager).
"""

import base64
import hashlib
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

import msgspec

from genai_sdk.tracing.media import Media, MediaTarget, data_of, mime_type

PATH = "/api/public/media"
PAUSE = 60.0
"""Seconds without another try after one that failed for reasons beyond the media itself."""

_ID = r"[A-Za-z0-9_-]{1,200}"
_THIS_MEDIA_ALONE = frozenset({400, 413, 422})  # a type or size that Langfuse does not take
_KEPT = 1_000  # references remembered; a conversation repeats its pictures in every turn
_QUOTED = 200


class MediaApi(Protocol):
    """What uploads go over; `Sender` is one."""

    def ask(self, method: str, path: str, body: bytes) -> tuple[int, bytes] | None:
        """Make one request of Langfuse's API; None if there was no answer."""
        ...

    def put(self, url: str, headers: tuple[tuple[str, str], ...], body: bytes) -> tuple[int, bytes] | None:
        """Put bytes to a place that Langfuse named, without the key pair; None if there was no answer."""
        ...


class Uploads:
    """Uploads media, each once; used by one thread at a time.

    Args:
        api: What it goes over.
        now: A clock in seconds, for the pause after a failure and the time an upload took.
    """

    def __init__(self, api: MediaApi, now: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._now = now
        self._references: dict[tuple[MediaTarget, bytes], str] = {}
        self._paused_until = 0.0

    def reference(self, media: Media, place: MediaTarget) -> str | None:
        """Upload media for a field of an observation, unless Langfuse has it.

        Returns Langfuse's text for it, or None if that did not work out.
        """
        try:
            data = data_of(media)
        except ValueError:
            return None
        digest = hashlib.sha256(data).digest()
        key = (place, digest)
        if key in self._references:
            return self._references[key]
        if not data or self._now() < self._paused_until:
            return None
        kind = mime_type(media)
        identifier = self._upload(data, kind, digest, place)
        if identifier is None:
            return None
        if len(self._references) >= _KEPT:
            self._references.pop(next(iter(self._references)))
        reference = f"@@@langfuseMedia:type={kind}|id={identifier}|source=base64_data_uri@@@"
        self._references[key] = reference
        return reference

    def _upload(self, data: bytes, kind: str, digest: bytes, place: MediaTarget) -> str | None:
        checksum = base64.b64encode(digest).decode()
        wanted = {
            "traceId": place.trace_id,
            "observationId": place.observation_id,
            "field": place.field,
            "contentType": kind,
            "contentLength": len(data),
            "sha256Hash": checksum,
        }
        registered = self._answer(self._api.ask("POST", PATH, msgspec.json.encode(wanted)))
        identifier, url = registered.get("mediaId"), registered.get("uploadUrl")
        if not isinstance(identifier, str) or not re.fullmatch(_ID, identifier):
            return None
        if not isinstance(url, str):
            return identifier
        return identifier if self._put(identifier, url, data, kind, checksum) else None

    def _put(self, identifier: str, url: str, data: bytes, kind: str, checksum: str) -> bool:
        headers: tuple[tuple[str, str], ...] = (("content-type", kind),)
        if "storage.googleapis.com" not in url:  # Google's storage refuses the other vendors' headers
            headers += (("x-amz-checksum-sha256", checksum), ("x-ms-blob-type", "BlockBlob"))
        began = self._now()
        answer = self._api.put(url, headers, data)
        if answer is None:
            self._pause()
            return False
        status, text = answer
        done = 200 <= status < 300
        report = {
            "uploadedAt": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "uploadHttpStatus": status,
            "uploadHttpError": None if done else text[:_QUOTED].decode("utf-8", "replace"),
            "uploadTimeMs": int((self._now() - began) * 1000),
        }
        response = self._api.ask("PATCH", f"{PATH}/{identifier}", msgspec.json.encode(report))
        known = response is not None and 200 <= response[0] < 300
        if not (done and known):
            self._pause()
        return done and known

    def _answer(self, answer: tuple[int, bytes] | None) -> dict[str, Any]:
        status, text = answer or (0, b"")
        if 200 <= status < 300:
            try:
                decoded = msgspec.json.decode(text)
            except msgspec.DecodeError:
                decoded = None
            if isinstance(decoded, dict):
                return decoded
        if status not in _THIS_MEDIA_ALONE:
            self._pause()
        return {}

    def _pause(self) -> None:
        self._paused_until = self._now() + PAUSE
