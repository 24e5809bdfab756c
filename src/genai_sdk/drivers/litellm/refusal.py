"""What litellm says of a call that it cannot translate, in words that help those who made the call."""

import re

from genai_sdk.drivers import failures
from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import BadRequestError
from genai_sdk.wires.unsupported import UnsupportedError

# litellm 1.110.2, utils.py: it says in a sentence, and nowhere else, which parameter it is.
_UNSUPPORTED = "UnsupportedParamsError"


def untranslatable(deployment: Deployment, error: Exception) -> BadRequestError:
    """Return the error for a call that litellm cannot put into the provider's words; nothing was sent."""
    if isinstance(error, UnsupportedError):
        return failures.unsupported(deployment, error.refused)
    text = str(getattr(error, "message", None) or error)
    text = re.split(
        r"\s*(?:To drop |If you want to use|This looks like a bug in LiteLLM|Traceback \(most recent call last\))",
        text.replace("litellm.", ""),
    )[0]
    text = re.sub(r"^(\w+(Error|Exception)(: | - ))+", "", text)
    if type(error).__name__ == _UNSUPPORTED:
        return failures.unsupported(deployment, {}, text)
    return failures.unsendable(deployment, text)
