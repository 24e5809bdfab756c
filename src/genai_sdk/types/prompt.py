"""What ties a call to the prompt it was made with."""

import msgspec


class PromptLink(msgspec.Struct, frozen=True):
    """A version of a managed prompt.

    Attributes:
        name: The prompt's name in Langfuse.
        version: Its version.
        experiment: The label that an experiment drew, with the weights of all; empty without one.
    """

    name: str
    version: int
    experiment: str = ""
