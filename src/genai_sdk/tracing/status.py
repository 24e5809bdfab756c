"""What an error says of an observation: how bad it was, and why. Pure."""

from genai_sdk.errors import GenAIError, ProviderError
from genai_sdk.sentence import Sentence
from genai_sdk.tracing.record import Level


def status_of(error: BaseException, *, capture_content: bool) -> tuple[Level, str | None]:
    """Return the level and the status message of what ended with `error`.

    Args:
        error: The error.
        capture_content: Whether texts that can quote content are told: those of providers and of the user's code.
    """
    name = type(error).__name__
    if isinstance(error, SystemExit):
        return ("DEFAULT", None) if error.code in (None, 0) else ("ERROR", f"{name}: {error.code!r}")
    if name == "CancelledError":  # asyncio's, which is not imported for its sake
        return "WARNING", "cancelled"
    if not isinstance(error, Exception):
        return "WARNING", name  # Ctrl-C, or a generator that was closed
    if not capture_content and isinstance(error, ProviderError):
        status = "" if error.status_code is None else f" ({error.status_code})"
        return "ERROR", f"{name}: {error.reason}{status}"
    if not capture_content and not isinstance(error, GenAIError):
        return "ERROR", name
    if isinstance(error, GenAIError) and error.key:
        return "ERROR", Sentence.of("trace.raised", "{error}: {what}", error=name, what=error.sentence)
    try:
        return "ERROR", f"{name}: {error}"
    except Exception:  # noqa: BLE001 - the text of an error of the user's may itself fail
        return "ERROR", name
