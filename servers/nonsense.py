"""A model for LitServe: it says back what it is told, word by word, up to a window of its own.

Run in LitServe's environment, with a port.
"""

import sys
from collections.abc import Iterator
from typing import Any

import litserve  # pyright: ignore[reportMissingImports]
from fastapi import HTTPException  # pyright: ignore[reportMissingImports]

WINDOW = 1_000


class Echo(litserve.LitAPI):  # type: ignore[misc]
    def setup(self, device: str) -> None:
        pass

    def predict(self, request: Any) -> Iterator[str]:
        words = str(request.messages[-1].content).split()
        if len(words) > WINDOW:
            text = f"This model's maximum context length is {WINDOW} tokens. Your messages have {len(words)}."
            raise HTTPException(400, text)
        for word in words:
            yield f"{word} "


if __name__ == "__main__":
    server = litserve.LitServer(Echo(spec=litserve.OpenAISpec()), accelerator="cpu")
    server.run(host="127.0.0.1", port=int(sys.argv[1]), generate_client_file=False)
