"""What litellm says of a call that it cannot translate, in words that help those who made the call."""

import re

from genai_sdk.drivers import failures
from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import BadRequestError


def untranslatable(deployment: Deployment, error: Exception) -> BadRequestError:
    """Return the error for a call that litellm cannot put into the provider's words; nothing was sent."""
    text = str(getattr(error, "message", None) or error)
    text = re.split(
        r"\s*(?:To drop |If you want to use|This looks like a bug in LiteLLM|Traceback \(most recent call last\))",
        text.replace("litellm.", ""),
    )[0]
    return failures.unsendable(deployment, re.sub(r"^(\w+(Error|Exception)(: | - ))+", "", text))
