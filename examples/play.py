"""A Python prompt in the demo's world: `make play`. It stops everything when you leave it (Ctrl-D)."""

import code
import os

from examples.world import running


def main() -> None:
    """Start the world, hand over the prompt, stop the world."""
    with running() as world:
        os.environ.update(world.environ)
        code.interact(
            banner="Recorded Langfuse connections, fake providers on loopback. The variables a client needs are set:\n"
            f"  {', '.join(world.environ)}\nTry: from genai_sdk import GenAIClient",
            exitmsg="Everything that was started has stopped.",
            local={"world": world},
        )


if __name__ == "__main__":
    main()
