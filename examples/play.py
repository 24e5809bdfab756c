"""A Python prompt in the demo's world: `make play`. It stops everything when you leave it (Ctrl-D)."""

import code
import os
import textwrap

from examples.world import running


def main() -> None:
    """Start the world, hand over the prompt, stop the world."""
    with running() as world:
        os.environ.update(world.environ)
        variables = textwrap.fill(", ".join(world.environ), 100, initial_indent="  ", subsequent_indent="  ")
        code.interact(
            banner="Recorded Langfuse connections; fake providers and a stand-in for Langfuse on loopback.\n"
            f"The variables a client needs are set:\n{variables}\n"
            "Try: from genai_sdk import GenAIClient\n"
            "Then, to see what was recorded: client.flush(); print(world.langfuse.traces[-1])",
            exitmsg="Everything that was started has stopped.",
            local={"world": world},
        )


if __name__ == "__main__":
    main()
