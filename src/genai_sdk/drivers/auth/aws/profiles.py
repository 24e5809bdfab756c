"""AWS's shared files: what the profile that counts says of credentials. Decides only; reading is the chain's.

https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
"""

from collections.abc import Mapping
from configparser import Error as ConfigError
from configparser import RawConfigParser

from genai_sdk.errors import ConfigurationError
from genai_sdk.sentence import Sentence

Profile = Mapping[str, str]

ForeignSources = tuple[tuple[str, tuple[str, ...]], ...]
"""What only AWS's own library does, and the keys of a profile that ask for it."""

ROLES: ForeignSources = (
    ("a role that is assumed from another profile", ("role_arn", "source_profile")),
    ("a role that is assumed from another source", ("role_arn", "credential_source")),
)
SSO: ForeignSources = (
    ("IAM Identity Center (SSO)", ("sso_session",)),
    ("IAM Identity Center (SSO)", ("sso_account_id",)),
)
OTHERS: ForeignSources = (("a login session", ("login_session",)), ("credential_process", ("credential_process",)))


def parse_profiles(text: str, file: str, *, is_config: bool) -> dict[str, Profile]:
    """Return the profiles of a file by name.

    Args:
        text: What the file holds.
        file: Its name, for the message.
        is_config: Whether it is the config file, in which every section but `default` is called `profile NAME`.

    Raises:
        ConfigurationError: It cannot be read; the message quotes nothing of it.
    """
    parser = RawConfigParser(default_section="", strict=False, allow_no_value=True)
    try:
        parser.read_string(text)
    except ConfigError as error:
        failure = type(error).__name__
    else:
        return {
            name: {key: value.strip() for key, value in parser.items(section) if value is not None}
            for section in parser.sections()
            if (name := _profile_name(section, is_config=is_config)) is not None
        }
    raise ConfigurationError(
        Sentence.of(
            "aws.profile_file",
            "the file {file} is no file of AWS profiles ({failure}): mend it",
            file=file,
            failure=failure,
        )
    )


def foreign_source(profile: Profile, sources: ForeignSources) -> str | None:
    """Return which of the sources a profile asks for, or None."""
    return next((what for what, keys in sources if all(profile.get(key) for key in keys)), None)


def _profile_name(section: str, *, is_config: bool) -> str | None:
    kind, _, name = section.partition(" ")
    if not is_config or section == "default":
        return section
    return name.strip().strip("\"'") if kind == "profile" and name.strip() else None
