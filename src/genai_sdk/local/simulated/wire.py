"""The wires that the simulated provider speaks, those of the fakes: who gets in, and what is refused. Pure."""

import re

import msgspec

from genai_sdk.testing.call import Call, Request, WrongRequestError
from genai_sdk.testing.keyring import Keyring
from genai_sdk.testing.turn import DIMENSIONS, Turn
from genai_sdk.testing.wires import azure, openai
from genai_sdk.testing.wires.wire import Route

KEY_PREFIX = "sk-simulated"
"""Every key that starts so is accepted."""

BASES = {"openai": "/v1", "azure": "/openai/deployments"}
"""Below its region, the base URL of a connection by its adapter."""

_MOST_ANSWERS = 128  # https://platform.openai.com/docs/api-reference/chat/create#chat-create-n
_MOST_INPUTS = 2048  # https://platform.openai.com/docs/api-reference/embeddings/create#embeddings-create-input
_MOST_NUMBERS = 1_000_000
"""How many numbers one call for embeddings may get in all."""
_MOST_LINES = 1_000
"""How many requests a batch may have, which are answered all at once."""
_MOST_LINE_ANSWERS, _MOST_LINE_NUMBERS = 8, 4_096
"""How many answers, or numbers of vectors, each of these requests may ask for."""
_MOST_CHUNKS = 20_000
"""How many chunks with content a stream may have."""


class SimulatedKeys(Keyring):
    """The keys that start with `sk-simulated`, whatever follows."""

    def __init__(self) -> None:
        super().__init__(None, None)

    def has(self, key: str) -> bool:
        """Whether a key is accepted."""
        return key.startswith(KEY_PREFIX)


def masked(key: str) -> str:
    """Return a key with its middle hidden; of a short one, half at least."""
    shown = min(4, len(key) // 4)
    return f"{key[:shown]}*****{key[len(key) - shown :]}"


_OWNER = "simulated"
_TABLES = {
    "/v1": (*openai.routes(_OWNER), msgspec.structs.replace(openai.UNKNOWN, wire=openai.WIRE)),
    "/openai": (*azure.routes(_OWNER), msgspec.structs.replace(openai.UNKNOWN, wire=azure.WIRE)),
}


def route_of(request: Request) -> tuple[Route, re.Match[str]]:
    """Return the route for a request whose path starts with `/v1` or `/openai`; without any, one that says 404."""
    base = next(base for base in _TABLES if request.path.startswith(base))
    *table, unknown = _TABLES[base]
    for item in table:
        for path in (request.path, request.path.removeprefix(base)):
            matched = item.pattern.fullmatch(path)
            if matched is not None and item.method == request.method:
                return item, matched
    matched = unknown.pattern.search(request.path)
    assert matched is not None  # its pattern fits anything
    return unknown, matched


def check(call: Call) -> Call:
    """Return a call that can be answered in a bounded time.

    Raises:
        WrongRequestError: It names no model, or asks for too much.
    """
    if call.operation in ("chat", "embedding") and not call.model:
        raise WrongRequestError("you must provide a model parameter")
    if not 1 <= call.count <= _MOST_ANSWERS:
        raise WrongRequestError(f"Invalid 'n': expected 1 to {_MOST_ANSWERS}, but got {call.count} instead.")
    if call.operation == "embedding":
        _check_embedding(call)
    if call.operation == "batch" and call.files is not None:
        file = call.files.get(str(call.body.get("input_file_id")))
        if file is not None and len(file.content.splitlines()) > _MOST_LINES:
            raise WrongRequestError(f"The simulated provider answers at most {_MOST_LINES:,} requests in a batch.")
    return call


def check_line(call: Call) -> Call:
    """Return a request of a batch that can be answered in the time that a thousand of them may take.

    Raises:
        WrongRequestError: It asks for too much.
    """
    check(call)
    numbers = len(call.texts) * (call.dimensions or DIMENSIONS) if call.operation == "embedding" else 0
    if call.count > _MOST_LINE_ANSWERS or numbers > _MOST_LINE_NUMBERS:
        raise WrongRequestError(
            f"In a batch the simulated provider makes up at most {_MOST_LINE_ANSWERS} answers or "
            f"{_MOST_LINE_NUMBERS:,} numbers for one request."
        )
    return call


def _check_embedding(call: Call) -> None:
    if len(call.texts) > _MOST_INPUTS:
        raise WrongRequestError(f"Invalid 'input': {len(call.texts)} are more than {_MOST_INPUTS} inputs.")
    dimensions = DIMENSIONS if call.dimensions is None else call.dimensions
    if not isinstance(dimensions, int) or dimensions < 1:
        raise WrongRequestError("Invalid 'dimensions': expected an integer above 0.")
    if dimensions * len(call.texts) > _MOST_NUMBERS:
        raise WrongRequestError(
            f"Invalid 'dimensions': {dimensions} for each of {len(call.texts)} inputs are more than the "
            f"{_MOST_NUMBERS:,} numbers that the simulated provider makes up for one call."
        )


def check_stream(call: Call, turn: Turn) -> None:
    """Refuse to stream what would have too many chunks.

    Raises:
        WrongRequestError: It would.
    """
    chunks = call.count * len(turn.pieces)
    if call.stream and chunks > _MOST_CHUNKS:
        raise WrongRequestError(
            f"Invalid 'n': the stream would have {chunks:,} chunks, more than the {_MOST_CHUNKS:,} that the simulated "
            "provider sends."
        )


def most_tokens(call: Call) -> int | None:
    """Return how many tokens the answer may have, or None.

    Raises:
        WrongRequestError: It is not a number above 0.
    """
    for name in ("max_completion_tokens", "max_tokens", "max_output_tokens"):
        value = call.body.get(name)
        if value is None:
            continue
        if not isinstance(value, int) or value < 1:
            raise WrongRequestError(f"Invalid '{name}': expected an integer above 0.")
        return value
    return None
