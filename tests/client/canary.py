"""What may show a secret, and the search for it."""

import traceback
from collections.abc import Iterable


def shown(error: BaseException, *, variables: bool = True) -> str:
    """Everything a person or a tool would print of an exception, with the local variables of our own frames if wanted.

    What a constructor was called with stands in its frame, as it does in the caller's.
    """
    parts = [repr(error), str(error), *traceback.format_exception(error)]
    parts += [f"{name}={value!r}" for name, value in vars(error).items()]
    if not variables:
        return "\n".join(parts)
    detailed = traceback.TracebackException.from_exception(error, capture_locals=True)
    parts += [str(frame.locals) for frame in detailed.stack if "/genai_sdk/" in frame.filename]
    return "\n".join(parts)


def assert_clean(text: str, secrets: Iterable[str]) -> None:
    """Fail with the place, not with the secret's whole surroundings."""
    for secret in secrets:
        position = text.find(secret)
        assert position < 0, f"a secret shows in …{text[max(0, position - 200) : position]}"
