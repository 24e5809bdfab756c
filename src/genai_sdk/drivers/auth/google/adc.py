"""Where the calling host's identity on Google is looked for: application default credentials, as google-auth does it.

https://docs.cloud.google.com/docs/authentication/application-default-credentials (google-auth 2.63.0): a file that the
environment names, the file that `gcloud auth application-default login` writes, the metadata server.
"""

import configparser
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from genai_sdk.connections import Secret
from genai_sdk.drivers.auth.google.exchange import METADATA_HOST
from genai_sdk.errors import ConfigurationError
from genai_sdk.secret import Sealed
from genai_sdk.sentence import Sentence

_FILE = "GOOGLE_APPLICATION_CREDENTIALS"
_PROJECTS = ("GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT")
_WELL_KNOWN = "application_default_credentials.json"
_LONGEST_FILE = 1024 * 1024

Kind = Literal["service_account", "authorized_user", "metadata", "foreign"]

_OWN: Mapping[str, tuple[Kind, tuple[str, ...]]] = {
    "service_account": ("service_account", ("client_email", "private_key")),
    "authorized_user": ("authorized_user", ("client_id", "client_secret", "refresh_token")),
}


class Identity(msgspec.Struct, frozen=True):
    """Who is to get a token.

    Attributes:
        kind: How: by a key file's signature, by a user's refresh token, from the metadata server (where `place` is its
            host), or by google-auth alone (workload identity federation, impersonation and others).
        place: The file, for messages; or the metadata server's host.
        file: What is in the file.
        project: The project that it names, or empty.
        quota_project: The project that calls are counted to, or empty.
    """

    kind: Kind
    place: str
    file: Secret | None = None
    project: str = ""
    quota_project: str = ""

    @property
    def info(self) -> dict[str, Any]:
        """What is in the file, decoded."""
        return {} if self.file is None else dict(msgspec.json.decode(self.file.reveal()))


def find_identity(environment: Mapping[str, str] | None = None) -> Identity:
    """Return the host's identity; reads files.

    Args:
        environment: The variables; None: the process's own.

    Raises:
        ConfigurationError: What says where it is, or the file, is wrong.
    """
    variables = Sealed(os.environ if environment is None else environment)
    del environment  # whoever prints a traceback with its variables prints none of these
    return _find(variables)


def _find(variables: Sealed[Mapping[str, str]]) -> Identity:
    def get(name: str) -> str:
        return variables.reveal().get(name) or ""

    project = next((get(name) for name in _PROJECTS if get(name)), "")
    named = get(_FILE)
    folder = _gcloud_folder(variables.reveal())
    path = Path(named) if named else folder / _WELL_KNOWN
    if named or path.is_file():
        identity = _read(path, f"{_FILE} names {path}" if named else str(path))
        own = identity.project or identity.quota_project or _gcloud_project(folder)
        return msgspec.structs.replace(identity, project=project or own)
    if get("NO_GCE_CHECK").lower() == "true":
        raise ConfigurationError(_nobody(path))
    host = get("GCE_METADATA_HOST") or get("GCE_METADATA_ROOT") or METADATA_HOST
    return Identity("metadata", host, project=project)


def _nobody(path: Path) -> Sentence:
    return Sentence.of(
        "google.nobody_asked",
        "this host has no Google credentials: {variable} is not set, there is no {path}, and NO_GCE_CHECK forbids to "
        "ask the metadata server; run `gcloud auth application-default login`, or give the connection a key file",
        variable=_FILE,
        path=path,
    )


def _read(path: Path, named: str) -> Identity:
    try:
        text = path.read_text("utf-8") if path.stat().st_size <= _LONGEST_FILE else ""
        info = msgspec.json.decode(text)
    except (OSError, UnicodeDecodeError, msgspec.DecodeError, RecursionError) as error:
        problem = error.strerror if isinstance(error, OSError) else "it is no JSON"
    else:
        if isinstance(info, dict) and isinstance(info.get("type"), str):
            identity, problem = _identity(info, text, named)
            if identity is not None:
                return identity
            del info, text
            raise ConfigurationError(
                Sentence.of(
                    "google.lacks",
                    "this host's Google credentials lack {problem}: {named}",
                    problem=problem,
                    named=named,
                )
            )
        problem = "it says no type of credentials"
        del info
    text = ""  # whoever prints a traceback with its variables prints nothing of the file
    raise ConfigurationError(
        Sentence.of(
            "google.unreadable",
            "this host's Google credentials cannot be read: {named}, but {problem}",
            named=named,
            problem=problem,
        )
    )


def _identity(info: dict[str, Any], text: str, named: str) -> tuple[Identity | None, str]:
    """Return the identity, or what is missing from it."""
    kind, needed = _OWN.get(info["type"], ("foreign", ()))
    missing = [name for name in needed if not isinstance(info.get(name), str) or not info[name]]
    if missing:
        return None, ", ".join(missing)
    project, quota = (info.get(name) for name in ("project_id", "quota_project_id"))
    return Identity(kind, named, Secret(text), str(project or ""), str(quota or "")), ""


def _gcloud_folder(environment: Mapping[str, str]) -> Path:
    if environment.get("CLOUDSDK_CONFIG"):
        return Path(environment["CLOUDSDK_CONFIG"])
    if environment.get("APPDATA") and os.name == "nt":
        return Path(environment["APPDATA"]) / "gcloud"
    return Path(environment.get("HOME") or "~").expanduser() / ".config" / "gcloud"


def _gcloud_project(folder: Path) -> str:
    """Return the project of gcloud's active configuration, which google-auth runs gcloud to ask for."""
    parser = configparser.ConfigParser()
    try:
        active = (folder / "active_config").read_text("utf-8").strip() or "default"
    except (OSError, UnicodeDecodeError):
        active = "default"
    try:
        parser.read(folder / "configurations" / f"config_{active}", "utf-8")
        return parser.get("core", "project", fallback="")
    except (configparser.Error, UnicodeDecodeError):
        return ""
