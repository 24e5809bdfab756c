"""What is replayed as a Langfuse dataset, and what came of it as a run over that: over the public API.

The dataset's items hold all that is needed to make the calls again, so that a dataset can be replayed without the
traces it was taken from, and the run's traces hold what came of them, so that a run can be gone on with.
"""

import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from genai_sdk.cli.remote import Remote
from genai_sdk.cli.replay.generation import Generation, Skipped, are_messages
from genai_sdk.errors import ConfigurationError
from genai_sdk.langfuse.new_dataset import run_id
from genai_sdk.sentence import Sentence

_PAGE = 100
_MOST_PAGES = 100
_LONGEST_SESSION = 200
"""Characters of an id of a session that Langfuse keeps."""
_RECORDED = "recorded"
"""The key in an item's metadata under which a generation lies."""
_APART = ("id", "trace_id", "messages", "answers", "tools", "metadata")


class Item(msgspec.Struct, frozen=True):
    """An item of a dataset: its id, and the generation that it is."""

    id: str
    generation: Generation


class ReplayDataset:
    """A dataset of generations.

    Args:
        remote: Langfuse.
        name: The dataset's name.
    """

    def __init__(self, remote: Remote, name: str) -> None:
        self._remote = remote
        self.name = name
        self.id: str | None = None

    def find(self) -> bool:
        """Look whether there is one of its name."""
        row = self._remote.find(f"/api/public/v2/datasets/{quote(self.name, safe='')}")
        self.id = None if row is None else row["id"]
        return row is not None

    def read(self) -> tuple[list[Item], list[Skipped]]:
        """Return its items in the order they were written, and those that are no conversations.

        Raises:
            ConfigurationError: There is no such dataset, or it is too long.
        """
        if not self.find():
            raise ConfigurationError(
                Sentence.of(
                    "replay.no_dataset",
                    "Langfuse at {url} has no dataset {name!r} in this project",
                    url=self._remote.url,
                    name=self.name,
                )
            )
        items: list[Item] = []
        skipped: list[Skipped] = []
        for page in range(1, _MOST_PAGES + 1):
            query = urlencode({"datasetName": self.name, "page": page, "limit": _PAGE})
            answer = self._remote.ask("GET", f"/api/public/dataset-items?{query}")
            if answer["meta"]["totalItems"] > _PAGE * _MOST_PAGES:
                raise ConfigurationError(
                    Sentence.of(
                        "replay.too_long",
                        "the dataset {name!r} has {count:,} items, and {most:,} are replayed at the most",
                        name=self.name,
                        count=answer["meta"]["totalItems"],
                        most=_PAGE * _MOST_PAGES,
                    )
                )
            for row in answer["data"]:
                if row["status"] == "ARCHIVED":
                    continue
                generation = _generation(row)
                if isinstance(generation, Skipped):
                    skipped.append(generation)
                else:
                    items.append(Item(row["id"], generation))
            if page >= answer["meta"]["totalPages"]:
                break
        return items[::-1], skipped

    def item_id(self, generation: Generation) -> str:
        """Return the id of a generation's item: the same each time, so that none is written twice."""
        assert self.id is not None
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"genai-replay/{self.id}/{generation.id}"))

    def write(self, generations: Iterable[Generation]) -> None:
        """Write generations as its items."""
        body = {"name": self.name, "description": "Recorded generations, taken by genai replay"}
        self.id = self._remote.ask("POST", "/api/public/v2/datasets", body)["id"]
        for each in generations:
            item = Item(self.item_id(each), each)
            self._remote.ask("POST", "/api/public/dataset-items", {**_body(item), "datasetName": self.name})


class DatasetRun:
    """A run over a dataset.

    Args:
        remote: Langfuse.
        dataset: The dataset, read or written before.
        name: The run's name.
        facts: What is tried, for whoever reads the run.

    Attributes:
        id: The id that Langfuse derives for it.
        session: The session that its traces belong to, by which they are found again.
        is_linked: Whether Langfuse takes items of runs over its API; else its traces alone make the run.
    """

    def __init__(self, remote: Remote, dataset: ReplayDataset, name: str, facts: Mapping[str, Any]) -> None:
        self._remote = remote
        self.dataset = dataset
        self.name = name
        self.facts = facts
        assert dataset.id is not None
        self.project_id = remote.project_id()
        self.id = run_id(self.project_id, dataset.id, name)
        self.session = f"{dataset.name} / {name}"
        if len(self.session) > _LONGEST_SESSION:
            self.session = f"{self.session[: _LONGEST_SESSION - 17]} {self.id}"
        self.is_linked = True

    def linked(self) -> dict[str, str]:
        """Return the traces that the run has already, by the ids of the items."""
        traces: dict[str, str] = {}
        for page in range(1, _MOST_PAGES + 1):
            query = urlencode({"datasetId": self.dataset.id, "runName": self.name, "page": page, "limit": _PAGE})
            answer = self._remote.find(f"/api/public/dataset-run-items?{query}")
            if answer is None:  # there is no such run yet, or no such endpoint any more
                break
            traces |= {row["datasetItemId"]: row["traceId"] for row in answer["data"]}
            if page >= answer["meta"]["totalPages"]:
                break
        return traces

    def link(self, item_id: str, trace_id: str) -> None:
        """Say that a trace is what became of an item."""
        if not self.is_linked:
            return
        body = {
            "runName": self.name,
            "runDescription": "Made by genai replay",
            "metadata": self.facts,
            "datasetItemId": item_id,
            "traceId": trace_id,
        }
        if self._remote.offer("/api/public/dataset-run-items", body) is None:
            self.is_linked = False

    def score(self, item_id: str, trace_id: str, name: str, value: float | bool | str, comment: str | None) -> None:
        """Score a trace of the run; a score of the same name takes the place of an earlier one."""
        kind = "BOOLEAN" if isinstance(value, bool) else "CATEGORICAL" if isinstance(value, str) else "NUMERIC"
        body = {
            "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"genai-replay/{self.id}/{item_id}/{name}")),
            "name": name,
            "value": int(value) if isinstance(value, bool) else value,
            "dataType": kind,
            "traceId": trace_id,
            "comment": comment or None,
        }
        self._remote.ask("POST", "/api/public/scores", body)

    def trace_url(self, trace_id: str) -> str:
        """Return where Langfuse shows a trace."""
        return f"{self._remote.url}/project/{quote(self.project_id, safe='')}/traces/{trace_id}"


def _body(item: Item) -> dict[str, Any]:
    """Return the item as it is written; what went in looks as it does in the trace."""
    each = item.generation
    fields = msgspec.to_builtins(each)
    recorded = {name: value for name, value in fields.items() if name not in _APART and value not in (None, "", {}, [])}
    return {
        "id": item.id,
        "input": each.messages if each.tools is None else {"tools": each.tools, "messages": each.messages},
        "expectedOutput": each.answers[0] if len(each.answers) == 1 else each.answers,
        "metadata": {_RECORDED: recorded},
        "sourceTraceId": each.trace_id,
        "sourceObservationId": each.id,
    }


def _generation(row: Mapping[str, Any]) -> Generation | Skipped:
    """Read an item, also one that somebody else wrote: messages, or a text of the user's."""
    source, trace_id = row.get("sourceObservationId") or row["id"], row.get("sourceTraceId") or ""
    request: Any = row.get("input")
    answer: Any = row.get("expectedOutput")
    tools: Any = None
    if isinstance(request, dict):
        request, tools = request.get("messages"), request.get("tools")
    if isinstance(request, str):
        request = [{"role": "user", "content": request}]
    if not are_messages(request):
        return Skipped(source, trace_id, "its input is no conversation")
    answers = answer if are_messages(answer) else [answer] if are_messages([answer]) else []
    if not answers and answer is not None:
        text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
        answers = [{"role": "assistant", "content": text}]
    metadata = row.get("metadata")
    recorded = metadata.get(_RECORDED) if isinstance(metadata, dict) else None
    fields = {**(recorded or {}), "id": source, "trace_id": trace_id, "messages": request, "answers": answers}
    try:
        return msgspec.convert({**fields, "tools": tools or None}, Generation)
    except msgspec.ValidationError as error:
        return Skipped(source, trace_id, f"its metadata is not what genai replay writes: {error}")
