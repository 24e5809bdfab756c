"""The calls of models that a Langfuse of any age recorded, row by row."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from genai_sdk.cli.remote import Remote
from genai_sdk.errors import ConfigurationError
from genai_sdk.sentence import Sentence

_CALLS = ("GENERATION", "EMBEDDING")
_PAGE = 1_000  # the most that one answer holds; that of an older endpoint holds 100
_OLD_PAGE = 100
_MOST = 100_000
_FIELDS = "core,basic,time,model,usage,prompt,metrics,trace_context,metadata"


def call_rows(
    remote: Remote, since: str, until: str, *, kinds: Sequence[str] = _CALLS, expand: Sequence[str] = ()
) -> Iterator[Mapping[str, Any]]:
    """Yield the observations of calls, kind by kind, the newest first.

    Args:
        remote: Where they are asked.
        since: From this moment on, in ISO 8601.
        until: Up to before this one.
        kinds: Their types.
        expand: The metadata that are wanted whole: 4.x cuts texts after 200 characters.

    Raises:
        ConfigurationError: There are too many of them.
    """
    for kind in kinds:
        query = {"type": kind, "fromStartTime": since, "toStartTime": until, "limit": _PAGE}
        yield from _new(remote, query, expand)


def _new(remote: Remote, query: Mapping[str, Any], expand: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    more: dict[str, str] = {"expandMetadata": ",".join(expand)} if expand else {}
    read = 0
    while True:
        answer = remote.find(f"/api/public/v2/observations?{urlencode({**query, 'fields': _FIELDS, **more})}")
        # A server that still writes as 3.x did has the new endpoint and nothing behind it.
        if answer is None or (not answer["data"] and not read):
            yield from _old(remote, query)
            return
        yield from answer["data"]
        read += len(answer["data"])
        cursor = answer["meta"].get("cursor")
        if cursor is None:
            return
        more["cursor"] = cursor
        _bound(read)


def _old(remote: Remote, query: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    page, read = 1, 0
    while True:
        parameters = {**query, "limit": _OLD_PAGE, "page": page}
        answer = remote.find(f"/api/public/observations?{urlencode(parameters)}")
        if answer is None:
            return
        yield from answer["data"]
        read += len(answer["data"])
        if page >= answer["meta"]["totalPages"]:
            return
        page += 1
        _bound(read)


def _bound(read: int) -> None:
    if read >= _MOST:
        raise ConfigurationError(
            Sentence.of(
                "calls.too_many",
                "these are more than {most:,} calls, which are too many to be read one by one: take a shorter "
                "time by --since and --until",
                most=_MOST,
            )
        )
