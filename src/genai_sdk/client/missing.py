"""The errors of settings that are not there: which, and where each may be given."""

from collections.abc import Mapping, Sequence

from genai_sdk.errors import MissingCredentialsError
from genai_sdk.sentence import Sentence

_NEEDED: Mapping[str, Sentence] = {
    "public_key": Sentence.of("settings.public_key", "the Langfuse public key"),
    "secret_key": Sentence.of("settings.secret_key", "the Langfuse secret key"),
    "encryption_key": Sentence.of(
        "settings.encryption_key", "Langfuse's ENCRYPTION_KEY, which opens the secrets stored in the database"
    ),
}
_NOWHERE = Sentence.of(
    "settings.nowhere",
    "a place to read connections from: pass host= or set LANGFUSE_BASE_URL (a Langfuse with a broker), broker_url= or "
    "GENAI_BROKER_URL, or database_url= or GENAI_DATABASE_URL",
)
_OR_UP = Sentence.of("settings.or_up", ". Or start a local platform, which needs none of them, with `genai up`")


def missing_settings(variables: Mapping[str, str], *, is_nowhere: bool, is_all: bool) -> MissingCredentialsError:
    """Return the error of a client that lacks settings.

    Args:
        variables: The settings, each with the variable that it may stand in.
        is_nowhere: Whether there is no place to read connections from.
        is_all: Whether nothing at all is there.
    """
    missing = [
        Sentence.of(
            "settings.needed",
            "{what}: pass {argument}= or set {variable}",
            what=_NEEDED[name],
            argument=name,
            variable=variable,
        )
        for name, variable in variables.items()
    ]
    return MissingCredentialsError(
        Sentence.of(
            "settings.missing",
            "missing {missing:; }{hint}",
            missing=[*missing, *([_NOWHERE] if is_nowhere else ())],
            hint=_OR_UP if is_all else "",
        )
    )


def no_langfuse(variables: Sequence[str], *, is_all: bool) -> MissingCredentialsError:
    """Return the error of a command that does not know which Langfuse to use; `variables` are not set."""
    return MissingCredentialsError(
        Sentence.of(
            "settings.no_langfuse",
            "it is not known which Langfuse to use: set {missing}{up}",
            missing=list(variables),
            up=_OR_UP if is_all else "",
        )
    )
