"""Where each setting that the environment decides comes from, for those who ask why a client does what it does."""

import os
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import msgspec

from genai_sdk.client.platform import read_platform
from genai_sdk.client.settings import ELSEWHERE, ENVIRONMENT, HOME, home_directory

_SECRET = frozenset({"secret_key", "encryption_key", "salt", "redis_url"})
_PROXIES = ("https_proxy", "http_proxy", "no_proxy")
_OF_PLATFORM = frozenset({"public_key", "secret_key", "host"})


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """A setting, and where its value comes from.

    Attributes:
        setting: The argument of `GenAIClient` that it stands in for, or a variable of the system's.
        source: The variable's name, `local platform`, or empty where it is not set.
        value: What it is: of a secret only that it is there, of an address without password.
    """

    setting: str
    source: str
    value: str


def origins(environ: Mapping[str, str] | None = None) -> tuple[Origin, ...]:
    """Return where each setting comes from, in the order of `genai docs settings`; reads nothing but the environment.

    Raises:
        ConfigurationError: What a local platform says of itself cannot be read.
    """
    environ = os.environ if environ is None else environ
    return tuple(_of_variables(environ)) + tuple(_of_proxies(environ))


def _of_variables(environ: Mapping[str, str]) -> Iterator[Origin]:
    named = any(environ.get(variable, "").strip() for name in ELSEWHERE for variable in ENVIRONMENT[name])
    home = home_directory(environ)
    platform = None if named else read_platform(home)
    for name, variables in ENVIRONMENT.items():
        variable = next((each for each in variables if environ.get(each, "").strip()), "")
        if platform is not None and name in _OF_PLATFORM:
            where = f"local platform on {home}" + (f" ({HOME})" if environ.get(HOME, "").strip() else "")
            yield Origin(setting=name, source=where, value=_shown(name, getattr(platform, _FIELDS.get(name, name))))
        else:
            yield Origin(setting=name, source=variable, value=_shown(name, environ.get(variable, "").strip()))


_FIELDS: Mapping[str, str] = {"host": "url"}


def _of_proxies(environ: Mapping[str, str]) -> Iterator[Origin]:
    for name in _PROXIES:
        # In lower case first, as the client reads them.
        variable = next((each for each in (name, name.upper()) if environ.get(each)), "")
        if variable:
            yield Origin(setting=name, source=variable, value=_without_password(environ[variable]))


def _shown(name: str, value: str) -> str:
    if not value:
        return ""
    if name in _SECRET:
        return "set, not shown"
    return _without_password(value) if "://" in value else value


def _without_password(url: str) -> str:
    try:
        parts = urlsplit(url)
        user, password = parts.username, parts.password
    except ValueError:
        return "set, not shown"
    if password is None and "?" not in url:
        return url
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{f'{user}:…@' if password is not None else ''}{host}{parts.path}"
