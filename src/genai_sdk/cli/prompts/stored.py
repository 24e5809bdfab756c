"""The prompts of a Langfuse project, over its public API."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from genai_sdk.cli.prompts.document import PromptDocument, document_of
from genai_sdk.cli.remote import Remote
from genai_sdk.errors import ConfigurationError, PromptNotFoundError
from genai_sdk.sentence import Sentence

_PROMPTS = "/api/public/v2/prompts"
_PAGE = 100
_MOST_PAGES = 1_000


class PromptRow(msgspec.Struct, frozen=True, kw_only=True):
    """A prompt of a project, without its text.

    Attributes:
        name: Its name.
        type: `text` or `chat`.
        versions: Its versions, the oldest first.
        labels: The labels that its versions have.
        tags: Its tags.
        updated_at: When it was last written or labelled, as an ISO time.
    """

    name: str
    type: str
    versions: tuple[int, ...]
    labels: tuple[str, ...]
    tags: tuple[str, ...]
    updated_at: str


class StoredVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A version as Langfuse has it.

    Attributes:
        version: Its number.
        labels: Its labels.
        message: What its author said of it.
        document: What it says.
    """

    version: int
    labels: tuple[str, ...]
    message: str | None
    document: PromptDocument


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """What was recorded of the calls of a version.

    Attributes:
        calls: How many there were.
        cost: What one cost in US dollars on average; what nobody knows counts as 0.
        latency: Seconds that 95 of 100 took at most.
    """

    calls: int
    cost: float
    latency: float


class PromptStore:
    """Reads and writes prompts.

    Args:
        remote: Langfuse.
    """

    def __init__(self, remote: Remote) -> None:
        self._remote = remote

    def rows(self, **selection: str | None) -> list[PromptRow]:
        """List prompts by name.

        Args:
            **selection: `name`, `label` or `tag` that they have.
        """
        rows: list[PromptRow] = []
        query = {key: value for key, value in selection.items() if value is not None}
        for page in range(1, _MOST_PAGES + 1):
            answer = self._remote.ask("GET", f"{_PROMPTS}?{urlencode({**query, 'page': page, 'limit': _PAGE})}")
            rows += map(_row, answer["data"])
            if page >= answer["meta"]["totalPages"]:
                break
        return sorted(rows, key=lambda row: row.name)

    def find(
        self, name: str, *, label: str | None = None, version: int | None = None, resolve: bool = False
    ) -> StoredVersion | None:
        """Return a version as it was written, or with its references replaced; None where there is none.

        Args:
            name: The prompt's name.
            label: The label wanted; without label and version it is `latest`.
            version: The version wanted.
            resolve: Whether the references are replaced.

        Raises:
            ConfigurationError: The server is too old to show a prompt as it was written.
        """
        which: dict[str, Any] = {"label": label or "latest"} if version is None else {"version": version}
        query = urlencode({**which, "resolve": "true" if resolve else "false"})
        answer = self._remote.find(f"{_PROMPTS}/{quote(name, safe='')}?{query}")
        if answer is None:
            return None
        if not resolve and answer.get("resolutionGraph"):
            # An older server does not know `resolve`: its answer as a file would lose what the prompt is made of.
            raise ConfigurationError(
                Sentence.of(
                    "prompts.old_langfuse",
                    "Langfuse at {url} shows {name!r} only with what it is made of put in: it is too old to "
                    "show a prompt as it was written",
                    url=self._remote.url,
                    name=name,
                )
            )
        return _version(answer)

    def get(
        self, name: str, *, label: str | None = None, version: int | None = None, resolve: bool = False
    ) -> StoredVersion:
        """Return a version; see `find`.

        Raises:
            PromptNotFoundError: There is none.
        """
        found = self.find(name, label=label, version=version, resolve=resolve)
        if found is not None:
            return found
        which = (
            Sentence.of("prompts.by_label", "label {label!r}", label=label or "latest")
            if version is None
            else Sentence.of("prompts.by_version", "version {version}", version=version)
        )
        row = next((row for row in self.rows(name=name) if row.name == name), None)
        there = (
            Sentence.of(
                "prompts.no_name", "there is no prompt of that name; `genai prompts list` shows those there are"
            )
            if row is None
            else Sentence.of(
                "prompts.there",
                "it has the versions {versions} and the labels {labels}",
                versions=", ".join(map(str, row.versions)),
                labels=", ".join(row.labels),
            )
        )
        raise PromptNotFoundError(
            Sentence.of(
                "prompts.none",
                "Langfuse at {url} has no prompt {name!r} with {which}: {there}",
                url=self._remote.url,
                name=name,
                which=which,
                there=there,
            )
        )

    def recorded(self, name: str, version: int, since: datetime, until: datetime) -> Recorded | None:
        """Return what calls of a version cost and took; None where there was none, or where the server cannot say."""
        query = {
            "view": "observations",
            "metrics": [
                {"measure": "count", "aggregation": "count"},
                {"measure": "totalCost", "aggregation": "avg"},
                {"measure": "latency", "aggregation": "p95"},
            ],
            "dimensions": [{"field": "promptName"}, {"field": "promptVersion"}],
            "filters": [{"column": "promptName", "operator": "=", "value": name, "type": "string"}],
            "config": {"row_limit": 1_000},
            "fromTimestamp": since.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "toTimestamp": until.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        encoded = urlencode({"query": msgspec.json.encode(query).decode()})
        for path in ("/api/public/v2/metrics", "/api/public/metrics"):
            answer = self._remote.find(f"{path}?{encoded}")
            for row in answer["data"] if answer is not None else ():
                if (row.get("promptName"), str(row.get("promptVersion"))) == (name, str(version)):
                    # In milliseconds; 4.16 answers some sums as texts.
                    latency = float(row.get("p95_latency") or 0) / 1_000
                    return Recorded(
                        calls=int(row["count_count"]), cost=float(row.get("avg_totalCost") or 0), latency=latency
                    )
        return None

    def write(self, document: PromptDocument, *, labels: Iterable[str] = (), message: str | None = None) -> int:
        """Write a prompt's next version and return its number.

        Raises:
            ConfigurationError: Langfuse does not take it; the message names the prompt.
        """
        body = {
            "name": document.name,
            "type": document.type,
            "prompt": document.prompt,
            "config": document.config or {},
            "tags": list(document.tags),
            "labels": list(labels),
            "commitMessage": message,
        }
        try:
            return int(self._remote.ask("POST", _PROMPTS, body)["version"])
        except ConfigurationError as error:
            raise ConfigurationError(
                Sentence.of("prompts.failed", "{name}: {error}", name=document.name, error=error)
            ) from None

    def label(self, name: str, version: int, labels: Iterable[str]) -> None:
        """Give a version further labels, which other versions of the prompt lose."""
        path = f"{_PROMPTS}/{quote(name, safe='')}/versions/{version}"
        self._remote.ask("PATCH", path, {"newLabels": list(labels)})


def _row(answer: Mapping[str, Any]) -> PromptRow:
    return PromptRow(
        name=answer["name"],
        type=answer.get("type") or "text",
        versions=tuple(sorted(answer["versions"])),
        labels=tuple(answer["labels"]),
        tags=tuple(sorted(answer["tags"])),
        updated_at=answer["lastUpdatedAt"],
    )


def _version(answer: Mapping[str, Any]) -> StoredVersion:
    try:
        return StoredVersion(
            version=answer["version"],
            labels=tuple(answer.get("labels") or ()),
            message=answer.get("commitMessage") or None,
            document=document_of(answer),
        )
    except (LookupError, TypeError, AttributeError) as error:
        raise ConfigurationError(
            Sentence.of(
                "prompts.unknown_form",
                "Langfuse answered with a prompt of a form that is not known here: {error!r}",
                error=error,
            )
        ) from None
