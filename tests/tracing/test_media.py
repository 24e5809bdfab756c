"""Pictures, sound and files: as texts in a message, and uploaded where the client is told to."""

import base64
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.tracing.calls import call
from tests.tracing.conftest import IMPATIENT

from genai_sdk.http import SyncTransport
from genai_sdk.testing import CutBeforeHeaders, FakeLangfuse, Status
from genai_sdk.tracing import Tracer, TracingSettings
from genai_sdk.tracing.capture import capture
from genai_sdk.tracing.content import Redactor
from genai_sdk.tracing.media import Media, MediaTarget
from genai_sdk.tracing.uploads import PAUSE, Uploads

PICTURE = bytes(range(256)) * 8
BASE64 = base64.b64encode(PICTURE).decode()
SHA = hashlib.sha256(PICTURE).hexdigest()
IDENTIFIER = base64.urlsafe_b64encode(hashlib.sha256(PICTURE).digest()).decode()[:22]
TEXT = f"[image/png, 2,048 bytes, sha256 {SHA}]"
REFERENCE = f"@@@langfuseMedia:type=image/png|id={IDENTIFIER}|source=base64_data_uri@@@"
IMAGE = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{BASE64}", "detail": "high"}}
SOUND = {"type": "input_audio", "input_audio": {"data": BASE64, "format": "mp3"}}
FILE = {"type": "file", "file": {"filename": "a.pdf", "file_data": f"data:application/pdf;base64,{BASE64}"}}


def message(*parts: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"role": "user", "content": [{"type": "text", "text": "look"}, *parts]}]


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (IMAGE, TEXT),
        (SOUND, f"[mp3, 2,048 bytes, sha256 {SHA}]"),
        (FILE, f"[application/pdf, 2,048 bytes, sha256 {SHA}, a.pdf]"),
    ],
    ids=["image", "sound", "file"],
)
def test_media_in_a_message_becomes_a_part_of_text(part: dict[str, Any], text: str) -> None:
    shown = json.loads(Redactor(None, 10_000).text(capture(message(part))))
    assert shown == message({"type": "text", "text": text})


def test_a_picture_by_its_address_stays_as_it_is() -> None:
    part = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    assert json.loads(Redactor(None, 10_000).text(capture(message(part)))) == message(part)


@pytest.fixture
def langfuse() -> Iterator[FakeLangfuse]:
    with FakeLangfuse() as langfuse:
        yield langfuse


@pytest.fixture
def make_tracer(langfuse: FakeLangfuse) -> Iterator[Any]:
    made: list[Tracer] = []

    def make(**settings: Any) -> Tracer:
        tracer = Tracer(
            TracingSettings(host=langfuse.url, public_key=langfuse.public_key, upload_media=True, **settings),
            transport=SyncTransport(),
            secret_key=lambda: langfuse.secret_key,
            project_id=lambda: None,
            retry_limits=IMPATIENT,
        )
        made.append(tracer)
        return tracer

    yield make
    for tracer in made:
        tracer.close(0)


def shown(langfuse: FakeLangfuse, tracer: Tracer) -> Any:
    """The part of the newest call's message that its media is in."""
    assert tracer.flush(10)
    newest = max((trace.root for trace in langfuse.traces.all), key=lambda root: root.start)
    return newest.input[0]["content"][1]


def test_media_is_uploaded_and_shown_by_its_reference(langfuse: FakeLangfuse, make_tracer: Any) -> None:
    tracer = make_tracer()
    trace = call(tracer, message(IMAGE))
    assert shown(langfuse, tracer) == {"type": "image_url", "image_url": {"url": REFERENCE}}
    media = langfuse.project.media[IDENTIFIER]
    assert (media.kind, media.data, media.status) == ("image/png", PICTURE, 200)
    assert media.places == [(trace.trace_id, langfuse.traces.all[0].root.id, "input")]
    (put,) = langfuse.requests("storage")
    assert "authorization" not in put.headers  # the key pair is Langfuse's, and a storage is somebody else's


def test_sound_is_uploaded_under_its_mime_type(langfuse: FakeLangfuse, make_tracer: Any) -> None:
    tracer = make_tracer()
    call(tracer, message(SOUND))
    reference = REFERENCE.replace("image/png", "audio/mpeg")
    assert shown(langfuse, tracer) == {"type": "input_audio", "input_audio": {"data": reference}}


def test_the_same_bytes_are_put_once_and_belong_to_every_call(langfuse: FakeLangfuse, make_tracer: Any) -> None:
    tracer = make_tracer()
    for _ in range(3):
        call(tracer, message(IMAGE, IMAGE))
        assert shown(langfuse, tracer)["image_url"]["url"] == REFERENCE
    assert len(langfuse.requests("storage")) == 1
    assert len(langfuse.project.media[IDENTIFIER].places) == 3


@pytest.mark.parametrize("operation", ["media", "storage"])
@pytest.mark.parametrize("failure", [Status(500), Status(404), CutBeforeHeaders()])
def test_an_upload_that_fails_leaves_the_text(
    langfuse: FakeLangfuse, make_tracer: Any, failure: Any, operation: str
) -> None:
    langfuse.always(failure, operation=operation)
    tracer = make_tracer()
    call(tracer, message(IMAGE))
    assert shown(langfuse, tracer) == {"type": "text", "text": TEXT}
    assert tracer.stats().sent == 1


def test_a_type_that_langfuse_does_not_take_leaves_the_text(langfuse: FakeLangfuse, make_tracer: Any) -> None:
    tracer = make_tracer()
    odd = {"type": "file", "file": {"file_data": f"data:model/gltf;base64,{BASE64}"}}
    call(tracer, message(odd))
    assert shown(langfuse, tracer)["text"].startswith("[model/gltf, 2,048 bytes")
    call(tracer, message(IMAGE))
    assert shown(langfuse, tracer)["type"] == "image_url"


def test_what_the_mask_takes_away_is_not_uploaded(langfuse: FakeLangfuse, make_tracer: Any) -> None:
    tracer = make_tracer(mask=lambda *, data: "nothing to see")
    call(tracer, message(IMAGE))
    assert tracer.flush(10)
    assert langfuse.traces.all[0].root.input == "nothing to see"
    assert (langfuse.requests("media"), langfuse.project.media) == ([], {})


def test_what_the_mask_leaves_is_uploaded(langfuse: FakeLangfuse, make_tracer: Any) -> None:
    tracer = make_tracer(mask=lambda *, data: data)
    call(tracer, message(IMAGE))
    assert shown(langfuse, tracer) == {"type": "image_url", "image_url": {"url": REFERENCE}}


class Silent:
    """A server that does not answer, with a count of who asked."""

    asked = 0

    def ask(self, method: str, path: str, body: bytes) -> None:
        self.asked += 1

    def put(self, url: str, headers: tuple[tuple[str, str], ...], body: bytes) -> None:
        raise AssertionError("nowhere to put anything")


def test_a_server_that_does_not_answer_is_left_alone_for_a_while() -> None:
    clock, sender = [0.0], Silent()
    uploads = Uploads(sender, lambda: clock[0])
    for number in range(5):
        media = Media("image/png", bytes([number]))
        assert uploads.reference(media, MediaTarget("t", "o", "input")) is None
    assert sender.asked == 1
    clock[0] = PAUSE
    uploads.reference(Media("image/png", b"x"), MediaTarget("t", "o", "input"))
    assert sender.asked == 2
