"""Pictures, as every vendor's fake makes them, and OpenAI's ways of asking for them.

Shapes: platform.openai.com/docs/api-reference/images, and openai 3.57.0, types/images_response.py.
"""

import base64
import hashlib
import re
import struct
import zlib
from typing import Any
from urllib.parse import unquote

from genai_sdk.testing.answer import Answer, json_answer, sse, sse_answer
from genai_sdk.testing.call import Call, Request, WrongRequestError
from genai_sdk.testing.formats.chat import error
from genai_sdk.testing.formats.codec import CREATED, Codec
from genai_sdk.testing.formats.form import read_form
from genai_sdk.testing.turn import Turn


def png(text: str) -> bytes:
    """Return a picture of one pixel, whose colour is the text's."""
    colour = hashlib.sha256(text.encode()).digest()[:3]
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\x00" + colour)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


def base64_png(text: str) -> str:
    """Return such a picture in base64."""
    return base64.b64encode(png(text)).decode()


def _call(matched: re.Match[str], body: Any, prompt: Any, *, stream: bool, files: int = 0) -> Call:
    if not prompt:
        raise WrongRequestError("Missing required parameter: 'prompt'.")
    return Call(
        operation="image_edit" if files else "image_generation",
        model=unquote(matched.groupdict().get("model") or "") or str(body.get("model") or ""),
        body=body,
        stream=stream,
        texts=[str(prompt)],
        last=f"{prompt} ({files})" if files else str(prompt),
        count=int(body.get("n") or 1),
    )


def _read(request: Request, matched: re.Match[str]) -> Call:
    body = request.json()
    if not isinstance(body, dict):
        raise WrongRequestError("We could not parse the JSON body of your request.")
    if body.get("response_format") and str(body.get("model")).startswith("gpt-image"):
        raise WrongRequestError("Unknown parameter: 'response_format'.")
    return _call(matched, body, body.get("prompt"), stream=bool(body.get("stream")))


def _read_edit(request: Request, matched: re.Match[str]) -> Call:
    form = read_form(request)
    files = len(form.files.get("image", ())) + len(form.files.get("mask", ()))
    if not form.files.get("image"):
        raise WrongRequestError("Missing required parameter: 'image'.")
    return _call(
        matched, form.fields, form.fields.get("prompt"), stream=form.fields.get("stream") == "true", files=files
    )


def _write(call: Call, turn: Turn) -> Answer:
    usage = _usage(call, turn)
    if call.stream:
        kind = call.operation
        coarse = [
            sse(
                {
                    "type": f"{kind}.partial_image",
                    "partial_image_index": place,
                    "b64_json": base64_png(f"{place}"),
                    "created_at": CREATED,
                },
                content=True,
            )
            for place in range(int(call.body.get("partial_images") or 0))
        ]
        done = {"type": f"{kind}.completed", "b64_json": base64_png(call.last), "created_at": CREATED, "usage": usage}
        return sse_answer([*coarse, sse(done, content=True, end=True)])
    older = call.model.startswith("dall-e")
    as_url = older and call.body.get("response_format") != "b64_json"
    rows = [
        {"url": f"https://pictures.invalid/{place}.png", "revised_prompt": call.last}
        if as_url
        else {"b64_json": base64_png(call.last if place == 0 else f"{call.last} {place}")}
        for place in range(call.count)
    ]
    data: dict[str, Any] = {"created": CREATED, "data": rows}
    return json_answer(data if older else {**data, "output_format": "png", "size": "1024x1024", "usage": usage})


def _usage(call: Call, turn: Turn) -> dict[str, Any]:
    pictures, text = (300 if call.operation == "image_edit" else 0), turn.tokens.prompt
    return {
        "input_tokens": pictures + text,
        "input_tokens_details": {"image_tokens": pictures, "text_tokens": text},
        "output_tokens": 1000 * call.count,
        "total_tokens": pictures + text + 1000 * call.count,
    }


IMAGES = Codec(_read, _write, error)
IMAGE_EDITS = Codec(_read_edit, _write, error)
