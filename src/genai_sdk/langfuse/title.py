"""What an observation is called where people read it."""

import re
from collections.abc import Mapping
from typing import Any

_ATTEMPT = re.compile(r"attempt \d+ ")


def title_of(name: str, metadata: Mapping[str, Any]) -> str:
    """Return a name, and that of an attempt with the model that was asked: `attempt 2 openai_usa/gpt-6-luna`.

    A fallback may lead to another model over the same connection, which is all that the tracer names an attempt by.
    """
    connection, model = metadata.get("connection"), metadata.get("model")
    begun = _ATTEMPT.match(name)
    if begun and isinstance(model, str) and model and name[begun.end() :] == connection:
        return f"{name}/{model}"
    return name
