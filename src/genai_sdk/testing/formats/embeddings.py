"""OpenAI's embeddings, spoken by openai and azure."""

import base64
import re
import struct
from typing import Any
from urllib.parse import unquote

from genai_sdk.testing.answer import Answer, json_answer
from genai_sdk.testing.call import Call, Request, WrongRequestError
from genai_sdk.testing.formats.codec import Codec
from genai_sdk.testing.turn import Turn, vector


def read(request: Request, matched: re.Match[str]) -> Call:
    """Read an embedding request: one input or several, as text or as token ids."""
    body = request.json()
    if not isinstance(body, dict) or not body.get("input"):
        raise WrongRequestError("Missing required parameter: 'input'.")
    texts = body["input"]
    several = texts if isinstance(texts, list) and not isinstance(texts[0], int) else [texts]
    return Call(
        operation="embedding",
        model=unquote(matched.groupdict().get("model") or "") or str(body.get("model") or ""),
        body=body,
        texts=[item if isinstance(item, str) else " ".join(map(str, item)) for item in several],
        dimensions=body.get("dimensions"),
    )


def write(call: Call, turn: Turn) -> Answer:
    """Write the vectors, as numbers or in base64."""
    encoded = call.body.get("encoding_format") == "base64"
    rows = [
        {"object": "embedding", "index": index, "embedding": _encode(vector(text, call.dimensions), encoded)}
        for index, text in enumerate(call.texts)
    ]
    usage = {"prompt_tokens": turn.tokens.prompt, "total_tokens": turn.tokens.prompt}
    return json_answer({"object": "list", "data": rows, "model": call.model, "usage": usage})


def _encode(numbers: list[float], encoded: bool) -> Any:
    return base64.b64encode(struct.pack(f"<{len(numbers)}f", *numbers)).decode() if encoded else numbers


EMBEDDINGS = Codec(read, write)
