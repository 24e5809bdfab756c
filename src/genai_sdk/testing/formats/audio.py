"""OpenAI's speech and transcriptions, spoken by openai and azure.

Shapes: platform.openai.com/docs/api-reference/audio, and openai 3.57.0, types/audio.
"""

import base64
import re
import struct
from typing import Any
from urllib.parse import unquote

from genai_sdk.testing.answer import Answer, Frame, json_answer, sse, sse_answer
from genai_sdk.testing.call import Call, Request, WrongRequestError
from genai_sdk.testing.formats.chat import error
from genai_sdk.testing.formats.codec import Codec
from genai_sdk.testing.formats.form import read_form
from genai_sdk.testing.turn import Turn

RATE = 24_000
"""Samples a second of all sound here, as of OpenAI's and Google's."""

_MEDIA_TYPES = {
    "mp3": "audio/mpeg",
    "opus": "audio/opus",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
}
_MP3_FRAME = b"\xff\xf3\x84\xc4" + bytes(140)  # MPEG-2 layer III, 24 kHz, 48 kbit/s, silent
_LONGEST = 4096  # openai 3.57.0, types/audio/speech_create_params.py
_FORMATS = ("json", "text", "srt", "verbose_json", "vtt", "diarized_json")


def pcm(text: str) -> bytes:
    """Return sound for a text: 16-bit samples, ten milliseconds of a tone for each word."""
    return b"".join(
        struct.pack("<h", (8_000 if (sample // 40) % 2 else -8_000) + len(word))
        for word in text.split()
        for sample in range(RATE // 100)
    )


def wav(samples: bytes) -> bytes:
    """Return samples as a WAV file."""
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + len(samples),
        b"WAVE",
        b"fmt ",
        16,
        1,
        1,
        RATE,
        RATE * 2,
        2,
        16,
        b"data",
        len(samples),
    )
    return head + samples


def _sound(text: str, form: str) -> bytes:
    if form == "pcm":
        return pcm(text)
    return wav(pcm(text)) if form == "wav" else _MP3_FRAME * len(text.split())


def _read_speech(request: Request, matched: re.Match[str]) -> Call:
    body = request.json()
    if not isinstance(body, dict) or not body.get("input"):
        raise WrongRequestError("Missing required parameter: 'input'.")
    if not body.get("voice"):
        raise WrongRequestError("Missing required parameter: 'voice'.")
    if body.get("response_format", "mp3") not in _MEDIA_TYPES:
        raise WrongRequestError("Invalid value for 'response_format'.")
    model = _model(matched, body)
    stream_format = body.get("stream_format")
    if stream_format == "sse" and model.startswith("tts-1"):
        raise WrongRequestError("Unsupported parameter: 'stream_format' is not supported with this model.")
    text = str(body["input"])
    if len(text) > _LONGEST:
        raise WrongRequestError(f"Invalid 'input': string too long. Expected at most {_LONGEST} characters.")
    return Call(
        operation="speech",
        model=model,
        body=body,
        stream=stream_format == "sse",
        texts=[text],
        last=text,
    )


def _write_speech(call: Call, turn: Turn) -> Answer:
    form = str(call.body.get("response_format") or "mp3")
    sound = _sound(call.last, form)
    pieces = [sound[at : at + 4096] for at in range(0, len(sound), 4096)]
    if not call.stream:  # in chunks, whoever asks: the sound is sent as it is made
        return Answer(200, {"content-type": _MEDIA_TYPES[form]}, None, [Frame(piece, content=True) for piece in pieces])
    usage = {
        "input_tokens": turn.tokens.prompt,
        "output_tokens": len(pieces),
        "total_tokens": turn.tokens.prompt + len(pieces),
    }
    deltas = [
        sse({"type": "speech.audio.delta", "audio": base64.b64encode(piece).decode()}, content=True) for piece in pieces
    ]
    return sse_answer([*deltas, sse({"type": "speech.audio.done", "usage": usage}, end=True)])


def _read_transcription(request: Request, matched: re.Match[str]) -> Call:
    form = read_form(request)
    file = next(iter(form.files.get("file", ())), None)
    if file is None:
        raise WrongRequestError("Missing required parameter: 'file'.")
    if form.fields.get("response_format", "json") not in _FORMATS:
        raise WrongRequestError("Invalid value for 'response_format'.")
    model = _model(matched, form.fields)
    return Call(
        operation="transcription",
        model=model,
        body=form.fields,
        # "Streaming is not supported for the whisper-1 model and will be ignored."
        stream=form.fields.get("stream") == "true" and not model.startswith("whisper"),
        texts=[form.fields.get("prompt") or "", file.filename or ""],
        last=f"{file.filename}, {len(file.data)} bytes of {file.media_type}",
    )


def _write_transcription(call: Call, turn: Turn) -> Answer:
    form = call.body.get("response_format") or "json"
    usage = _usage(call, turn)
    if call.stream:
        deltas = [sse({"type": "transcript.text.delta", "delta": piece}, content=True) for piece in turn.pieces]
        done = {"type": "transcript.text.done", "text": turn.text, "usage": usage}
        return sse_answer([*deltas, sse(done, end=True)])
    if form in ("text", "srt", "vtt"):
        return Answer(200, {"content-type": "text/plain; charset=utf-8"}, _text(form, turn.text).encode())
    data: dict[str, Any] = {"text": turn.text, "usage": usage}
    if form == "json":
        return json_answer(data)
    segment = {"id": 0, "start": 0.0, "end": 1.5, "text": turn.text, "tokens": [], "avg_logprob": -0.2}
    if form == "diarized_json":
        segments = [{**segment, "id": "seg_0", "speaker": "A", "type": "transcript.text.segment"}]
        return json_answer({**data, "task": "transcribe", "duration": 1.5, "segments": segments})
    verbose = {"task": "transcribe", "language": "english", "duration": 1.5, "segments": [segment]}
    if "word" in call.body.get("timestamp_granularities", ()):
        words = turn.text.split()
        verbose["words"] = [
            {"word": word, "start": place / len(words), "end": (place + 1) / len(words)}
            for place, word in enumerate(words)
        ]
    return json_answer({**verbose, **data})


def _text(form: str, text: str) -> str:
    if form == "srt":
        return f"1\n00:00:00,000 --> 00:00:01,500\n{text}\n\n"
    return f"WEBVTT\n\n00:00:00.000 --> 00:00:01.500\n{text}\n\n" if form == "vtt" else f"{text}\n"


def _usage(call: Call, turn: Turn) -> dict[str, Any]:
    if call.model.startswith("whisper"):
        return {"type": "duration", "seconds": 2}
    sound, text = 10, turn.tokens.prompt
    return {
        "type": "tokens",
        "input_tokens": sound + text,
        "input_token_details": {"audio_tokens": sound, "text_tokens": text},
        "output_tokens": turn.tokens.completion,
        "total_tokens": sound + text + turn.tokens.completion,
    }


def _model(matched: re.Match[str], body: Any) -> str:
    return unquote(matched.groupdict().get("model") or "") or str(body.get("model") or "")


SPEECH = Codec(_read_speech, _write_speech, error)
TRANSCRIPTION = Codec(_read_transcription, _write_transcription, error)
