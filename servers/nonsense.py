"""A model for LitServe: it says back what it is told, word by word. Run in LitServe's own environment, with a port."""

import sys
from collections.abc import Iterator
from typing import Any

import litserve  # pyright: ignore[reportMissingImports]


class Echo(litserve.LitAPI):  # type: ignore[misc]
    def setup(self, device: str) -> None:
        pass

    def predict(self, request: Any) -> Iterator[str]:
        for word in str(request.messages[-1].content).split():
            yield f"{word} "


if __name__ == "__main__":
    server = litserve.LitServer(Echo(spec=litserve.OpenAISpec()), accelerator="cpu")
    server.run(host="127.0.0.1", port=int(sys.argv[1]), generate_client_file=False)
