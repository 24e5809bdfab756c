"""PURE: what a call asks, and what its answer must be."""


def messages(call: str) -> list[dict[str, str]]:
    """Return the messages of a call: its name."""
    return [{"role": "user", "content": call}]


def text_is_right(call: str, text: str) -> bool:
    """Whether an answer is that of the call: a region answers with its name and the question."""
    return text in (f"seoul: {call}", f"virginia: {call}")
