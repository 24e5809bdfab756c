"""Langfuse's prompts over HTTP: the requests, and what their answers mean."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from genai_sdk.errors import (
    AccessDeniedError,
    ConfigurationError,
    GenAIError,
    InvalidRequestError,
    PromptNotFoundError,
    SourceUnavailableError,
)
from genai_sdk.http import BasicAuthEndpoint, Deadline, Request, SyncTransport, TransportError, error_message_of
from genai_sdk.prompts.stored import StoredPrompt
from genai_sdk.prompts.template import parse_chat, parse_text
from genai_sdk.sentence import Sentence

PRODUCTION = "production"
"""The label that Langfuse takes where none is given."""

_PATH = "/api/public/v2/prompts"
_SHOWN = 20
_NONE_YET = "it has no prompts yet: write one there, and give the version to be used the label 'production'"


class PromptKey(msgspec.Struct, frozen=True):
    """Which version of which prompt: by its number, else by a label."""

    name: str
    label: str | None
    version: int | None

    def describe(self) -> str:
        """Name it, for messages."""
        if self.version is not None:
            return Sentence.of(
                "prompt.with_version", "{name!r} with version {version}", name=self.name, version=self.version
            )
        return Sentence.of("prompt.with_label", "{name!r} with label {label!r}", name=self.name, label=self.label)


def read_key(name: Any, label: Any, version: Any) -> PromptKey:
    """Check what a call asks for.

    Raises:
        InvalidRequestError: It is of the wrong form, or names both a label and a version.
    """
    if not isinstance(name, str) or not name:
        raise InvalidRequestError(
            Sentence.of("prompt.name", "the name of a prompt must be a text, not {name}", name=repr(name))
        )
    if label is not None and version is not None:
        raise InvalidRequestError(
            Sentence.of(
                "prompt.both", "prompt {name!r} is asked for by label and by version: give one of them", name=name
            )
        )
    if label is not None and (not isinstance(label, str) or not label):
        raise InvalidRequestError(
            Sentence.of("prompt.label", "label must be a text such as 'production', not {label}", label=repr(label))
        )
    if version is not None and (not isinstance(version, int) or isinstance(version, bool) or version < 1):
        raise InvalidRequestError(
            Sentence.of("prompt.version", "version must be a whole number from 1, not {version}", version=repr(version))
        )
    if not _is_unicode(name + (label or "")):
        raise InvalidRequestError(
            Sentence.of(
                "prompt.unicode",
                "the name {name!r} or the label {label!r} of a prompt is no valid Unicode",
                name=name,
                label=label,
            )
        )
    return PromptKey(str(name), None if version is not None else str(label or PRODUCTION), version)


class PromptSource:
    """Fetches prompts from Langfuse; blocking, and bounded in time.

    Args:
        endpoint: Langfuse's address and the key pair.
        transport: Sends the requests; not closed here.
        timeout: Seconds for one prompt.
    """

    def __init__(self, endpoint: BasicAuthEndpoint, transport: SyncTransport, *, timeout: float = 5.0) -> None:
        self._endpoint = endpoint
        self._transport = transport
        self.timeout = timeout

    def fetch(self, key: PromptKey, last: StoredPrompt | None = None) -> StoredPrompt:
        """Fetch a version of a prompt, with what it is composed of resolved.

        Args:
            key: Which.
            last: What it was when it was fetched last; returned as it is where Langfuse says that nothing changed.

        Raises:
            PromptNotFoundError: There is none; the message says what there is.
            AccessDeniedError: The key pair was refused.
            ConfigurationError: What answers is no Langfuse, or certificates or proxies are not set up.
            SourceUnavailableError: No answer, or none that can be used.
        """
        deadline = Deadline(self.timeout)
        which = ("version", str(key.version)) if key.version is not None else ("label", str(key.label))
        known = (("if-none-match", last.etag),) if last is not None and last.etag is not None else ()
        request = self._endpoint.get(f"{_PATH}/{quote(key.name, safe='')}", (which,), known)
        status, body, etag = self._send(request, deadline)
        if status == 200:
            return _useful_tag(self._read(body, etag), last)
        if status == 304 and last is not None and known:
            return last
        error = self._explain(status, body)
        if isinstance(error, PromptNotFoundError):
            raise PromptNotFoundError(
                Sentence.of(
                    "prompt.none",
                    "{source} has no prompt {prompt}; {known}",
                    source=self.describe(),
                    prompt=key.describe(),
                    known=self._known(key, deadline),
                )
            )
        raise error

    def describe(self) -> str:
        """Name the source, for messages."""
        return Sentence.of("source.langfuse", "Langfuse at {url}", url=self._endpoint.url)

    def _send(self, request: Request, deadline: Deadline) -> tuple[int, bytes, str | None]:
        try:
            with self._transport.open(request, deadline) as response:
                return response.status, response.read(), response.header("etag") or None
        except TransportError as error:
            raise SourceUnavailableError(
                Sentence.of(
                    "source.no_answer", "{source} does not answer: {error}", source=self.describe(), error=error
                )
            ) from error

    def _read(self, body: bytes, etag: str | None) -> StoredPrompt:
        try:
            row = _decode(body)
            content = row.prompt
            template = parse_text(content) if isinstance(content, str) else parse_chat(content)
        except (msgspec.DecodeError, RecursionError) as error:
            raise SourceUnavailableError(
                Sentence.of(
                    "prompt.malformed", "{source} answered with something that is no prompt", source=self.describe()
                )
            ) from error
        return StoredPrompt(
            name=row.name,
            version=row.version,
            labels=tuple(row.labels or ()),
            tags=tuple(row.tags or ()),
            config={} if row.config is None else row.config,
            template=template,
            etag=etag,
        )

    def _explain(self, status: int, body: bytes) -> GenAIError:
        reason = error_message_of(body)
        if status in (401, 403):
            return AccessDeniedError(
                Sentence.of(
                    "prompt.refused",
                    "{source} refused the key pair of {public_key!r} with {status} ({reason}); check "
                    "LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY and LANGFUSE_BASE_URL",
                    source=self.describe(),
                    public_key=self._endpoint.public_key,
                    status=status,
                    reason=reason or "no reason given",
                )
            )
        if status == 404 and reason is not None:
            return PromptNotFoundError(reason)
        if status in (404, 405):
            return ConfigurationError(
                Sentence.of(
                    "prompt.no_langfuse",
                    "what answers at {url} is no Langfuse: check LANGFUSE_BASE_URL",
                    url=self._endpoint.url,
                )
            )
        if 300 <= status < 400:
            return ConfigurationError(
                Sentence.of(
                    "prompt.redirects",
                    "{source} redirects ({status}), which is not followed with a key pair: set "
                    "LANGFUSE_BASE_URL to the address it leads to",
                    source=self.describe(),
                    status=status,
                )
            )
        return SourceUnavailableError(
            Sentence.of(
                "source.answered",
                "{source} answered {status}{reason}",
                source=self.describe(),
                status=status,
                reason=f": {reason}" if reason else "",
            )
        )

    def _known(self, key: PromptKey, deadline: Deadline) -> str:
        """Say what there is in place of a prompt that is not there; two more requests that nobody else pays for."""
        try:
            same = self._list((("name", key.name),), deadline)
            if same:
                versions = ", ".join(map(str, same[0].versions[-_SHOWN:]))
                return f"it has the versions {versions} and the labels {', '.join(same[0].labels) or 'none'}"
            names = [row.name for row in self._list((("limit", "100"),), deadline)]
        except GenAIError:
            return "create it there, or check its name"
        import difflib  # 1 ms that only a mistake pays

        close = difflib.get_close_matches(key.name, names, 3)
        if close:
            return f"did you mean {' or '.join(map(repr, close))}?"
        shown = ", ".join(map(repr, names[:_SHOWN])) + (" …" if len(names) > _SHOWN else "")
        return f"its prompts are {shown}" if names else _NONE_YET

    def _list(self, query: tuple[tuple[str, str], ...], deadline: Deadline) -> Sequence["_Row"]:
        status, body, _ = self._send(self._endpoint.get(_PATH, query), deadline)
        if status != 200:
            raise self._explain(status, body)
        try:
            return _decode_rows(body).data
        except (msgspec.DecodeError, RecursionError) as error:
            raise SourceUnavailableError(
                Sentence.of(
                    "prompt.no_list", "{source} answered with something that is no list", source=self.describe()
                )
            ) from error


class _Answer(msgspec.Struct):
    name: str
    version: int
    prompt: str | list[dict[str, Any]]
    labels: list[str] | None = None
    tags: list[str] | None = None
    config: Any = None


class _Row(msgspec.Struct):
    name: str
    versions: list[int] = []
    labels: list[str] = []


class _Rows(msgspec.Struct):
    data: list[_Row]


_decode = msgspec.json.Decoder(_Answer).decode
_decode_rows = msgspec.json.Decoder(_Rows).decode


def _useful_tag(stored: StoredPrompt, last: StoredPrompt | None) -> StoredPrompt:
    """Drop the entity tag of what came whole again although nothing changed: who answers does not heed it."""
    if last is None or last.etag is None or msgspec.structs.replace(stored, etag=last.etag) != last:
        return stored
    return msgspec.structs.replace(stored, etag=None)


def _is_unicode(text: str) -> bool:
    try:
        return bool(text.encode())
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
