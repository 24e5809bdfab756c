"""Which recorded generations are taken: those of some traces, or a sample of a time, from a Langfuse of any age.

The sample goes by a hash of the ids. So the same question takes the same ones, whichever day and model they are of.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from genai_sdk.cli.remote import Remote
from genai_sdk.cli.replay.generation import CALLS, Generation, Mask, Skipped, read_generation
from genai_sdk.cli.traces.reader import TraceReader
from genai_sdk.errors import ConfigurationError
from genai_sdk.sentence import Sentence

ENVIRONMENT = "genai-replay"
"""Langfuse's environment of what is replayed, which no sample is taken of unless it is named."""

_FACTS = "core,basic,model,prompt,trace_context"
_PAGE = 1_000
EVERY = 50_000
"""How many generations, or traces of an older server, a sample is taken of."""
_OLD_PAGE = 100


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which generations; what is None counts for nothing.

    Attributes:
        since: Begun at this moment or later, in ISO 8601.
        until: Begun before this one.
        name: The trace or the generation is called so.
        user: Of this user.
        session: Of this session.
        environment: From this environment.
        model: Of this model, as it was sent.
        prompt: Made with this prompt.
        version: And with this version of it.
        limit: How many at most.
    """

    since: str | None = None
    until: str | None = None
    name: str | None = None
    user: str | None = None
    session: str | None = None
    environment: str | None = None
    model: str | None = None
    prompt: str | None = None
    version: int | None = None
    limit: int = 20


class Sample(msgspec.Struct, kw_only=True):
    """What was taken.

    Attributes:
        generations: In the order they were made, those of a trace together.
        skipped: The calls that fit and cannot be made again.
        matched: Of how many it was taken.
    """

    generations: list[Generation] = []
    skipped: list[Skipped] = []
    matched: int = 0


class GenerationReader:
    """Reads recorded generations.

    Args:
        remote: Where they are.
        mask: Goes over what went in and came out.
    """

    def __init__(self, remote: Remote, mask: Mask | None = None) -> None:
        self._remote = remote
        self._traces = TraceReader(remote)
        self._mask = mask

    def of_traces(self, trace_ids: Iterable[str], wanted: Selection) -> Sample:
        """Take every generation of some traces that fits.

        Raises:
            ConfigurationError: There is no such trace.
        """
        sample = Sample()
        for trace_id in dict.fromkeys(trace_ids):
            rows = [row for row in self._traces.rows(trace_id) if row["type"] in CALLS and _fits(row, wanted)]
            sample.matched += len(rows)
            self._take(sample, trace_id, rows)
        return sample

    def sample(self, wanted: Selection) -> Sample:
        """Take a sample of what fits.

        Raises:
            ConfigurationError: There are more than can be looked through.
        """
        facts = self._facts(wanted)
        if facts is None:
            return self._old_sample(wanted)
        facts = [row for row in facts if _is_wanted_environment(row, wanted) and _fits(row, wanted)]
        matches = sorted(facts, key=lambda row: _rank(row["id"]))
        sample = Sample(matched=len(matches))
        taken = sorted(matches[: wanted.limit], key=lambda row: (str(row["startTime"]), row["id"]))
        ids: dict[str, set[str]] = {}
        for row in taken:
            ids.setdefault(row["traceId"], set()).add(row["id"])
        for trace_id, of_trace in ids.items():
            self._take(sample, trace_id, [row for row in self._traces.rows(trace_id) if row["id"] in of_trace])
        return sample

    def _take(self, sample: Sample, trace_id: str, rows: Iterable[Mapping[str, Any]]) -> None:
        for row in rows:
            read = read_generation({"traceId": trace_id, **row}, self._mask)
            if isinstance(read, Skipped):
                sample.skipped.append(read)
            else:
                sample.generations.append(read)

    def _facts(self, wanted: Selection) -> list[dict[str, Any]] | None:
        """Return all generations of a time without their content; None where the server does not list them."""
        query = {
            "type": "GENERATION",
            "fields": _FACTS,
            "userId": wanted.user,
            "sessionId": wanted.session,
            "environment": wanted.environment,
            "fromStartTime": wanted.since,
            "toStartTime": wanted.until,
            "limit": _PAGE,
        }
        rows: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            answer = self._remote.find(f"/api/public/v2/observations?{_encoded({**query, 'cursor': cursor})}")
            if answer is None:
                return None
            rows += answer["data"]
            cursor = answer["meta"].get("cursor")
            if cursor is None:
                break
            _bound(len(rows))
        # A 4.x that still writes as a 3.x did has the new endpoint and nothing behind it.
        return rows or (None if self._old_page(wanted, 1) else rows)

    def _old_sample(self, wanted: Selection) -> Sample:
        """Take a sample trace by trace, since an older server's generations do not say what they belong to."""
        sample, ids, page = Sample(), [], 1
        while answer := self._old_page(wanted, page):
            ids += [row["id"] for row in answer["data"] if _is_wanted_environment(row, wanted)]
            if page >= answer["meta"]["totalPages"]:
                break
            page += 1
            _bound(len(ids))
        for trace_id in sorted(ids, key=_rank):
            rows = [row for row in self._traces.rows(trace_id) if row["type"] == "GENERATION"]
            rows = [row for row in rows if _fits({**row, "traceName": wanted.name}, wanted)]
            left = wanted.limit - len(sample.generations) - len(sample.skipped)
            sample.matched += len(rows)
            self._take(sample, trace_id, rows[:left])
            if left <= len(rows):
                break
        return sample

    def _old_page(self, wanted: Selection, page: int) -> dict[str, Any] | None:
        query = {
            "name": wanted.name,
            "userId": wanted.user,
            "sessionId": wanted.session,
            "environment": wanted.environment,
            "fromTimestamp": wanted.since,
            "toTimestamp": wanted.until,
            "fields": "core",
            "page": page,
            "limit": _OLD_PAGE,
        }
        answer: dict[str, Any] | None = self._remote.find(f"/api/public/traces?{_encoded(query)}")
        return answer if answer is not None and answer["data"] else None


def _fits(row: Mapping[str, Any], wanted: Selection) -> bool:
    return (
        wanted.name in (None, row.get("traceName"), row.get("name"))
        and wanted.model in (None, row.get("model"), row.get("providedModelName"))
        and wanted.prompt in (None, row.get("promptName"))
        and (wanted.version is None or str(row.get("promptVersion")) == str(wanted.version))
    )


def _is_wanted_environment(row: Mapping[str, Any], wanted: Selection) -> bool:
    environment = row.get("environment")
    return environment == wanted.environment if wanted.environment else environment != ENVIRONMENT


def _rank(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def _encoded(query: Mapping[str, Any]) -> str:
    return urlencode({name: value for name, value in query.items() if value is not None})


def _bound(count: int) -> None:
    if count >= EVERY:
        raise ConfigurationError(
            Sentence.of(
                "replay.too_many",
                "a sample is taken of {most:,} calls at the most, and there are more: take a shorter time by "
                "--since and --until, or a narrower choice by --user or --session",
                most=EVERY,
            )
        )
