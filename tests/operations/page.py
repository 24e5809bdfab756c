"""Plays every cell of the matrix on the fakes, and writes docs/operations.md: `python -m tests.operations.page`."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.operations.conftest import Face, Project
from tests.operations.rows import COLUMNS, LEFT_OUT, ROWS, Row

from genai_sdk import GenAIClient
from genai_sdk.errors import InvalidRequestError
from genai_sdk.testing import FakeProvider
from genai_sdk.testing.langfuse import FakeLangfuse

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"

NONE = "\N{EN DASH}"
_BEGIN, _END = "<!-- the matrix: written by the tests -->", "<!-- the end of the matrix -->"


@contextmanager
def stage() -> Iterator[tuple[GenAIClient, FakeProvider]]:
    """A client of a project with a connection for each adapter, called by its name, and the fake behind them."""
    with FakeProvider("fake") as fake, FakeLangfuse() as langfuse:
        project = Project(langfuse)
        for adapter in COLUMNS:
            models = dict.fromkeys(row.models[adapter] for row in ROWS if adapter in row.models)
            project.connect(adapter, adapter, fake, *models)
        yield project.client(tracing=False), fake
        project.close()


def play(client: GenAIClient, fake: FakeProvider, face: Face, row: Row, adapter: str) -> str:
    """Return what became of one cell on one face."""
    fake.clear()
    model = f"{adapter}/{row.models.get(adapter, 'some-model')}"
    if adapter not in row.models:
        with pytest.raises(InvalidRequestError, match=f"has no {row.method}: .* cannot do it"):
            face.call(client, row.method, model, **row.arguments)
        assert not [entry for entry in fake.journal if entry.operation != "token"], "it was asked all the same"
        return NONE
    whole = face.call(client, row.method, model, **row.arguments)
    assert whole.genai.connection == adapter
    assert _content(whole)
    if not row.streams:
        return "whole"
    fake.clear()
    stream = face.call(client, row.method, model, **row.arguments, stream=True)
    assert face.read(stream)
    assert _content(stream.response) == _content(whole) or row.method == "speech"
    (entry,) = [entry for entry in fake.journal if entry.operation != "token"]
    # A body of sound streams by itself, without being asked for.
    native = entry.stream or (row.method == "speech" and entry.path.endswith("/audio/speech"))
    return "whole, streamed" if native else "whole; a stream of one piece"


def _content(answer: Any) -> Any:
    names = ("text", "content", "results", "data")
    return next(value for name in names if (value := getattr(answer, name, None)) is not None)


def matrix(cells: dict[tuple[str, str], str]) -> str:
    """Return the table."""
    head = ["operation", *COLUMNS.values()]
    lines = [head, ["---"] * len(head)]
    for row in ROWS:
        named = f"`{row.method}`, `a{row.method}`: {row.says}"
        lines.append([named, *(cells[row.method, adapter] for adapter in COLUMNS)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def left_out() -> str:
    """Return the table of what there is not."""
    rows = [("there is not", "why"), ("---", "---"), *LEFT_OUT]
    return "\n".join(f"| {what} | {why} |" for what, why in rows)


def written(page: str, cells: dict[tuple[str, str], str]) -> str:
    """Return the page with the tables in it."""
    before, _, rest = page.partition(_BEGIN)
    after = rest.partition(_END)[2]
    return f"{before}{_BEGIN}\n\n{matrix(cells)}\n\n{left_out()}\n\n{_END}{after}"


def main() -> None:
    """Write the page."""
    with stage() as (client, fake), asyncio.Runner() as runner:
        cells = {}
        for row in ROWS:
            for adapter in COLUMNS:
                sync = play(client, fake, Face(None), row, adapter)
                if sync != play(client, fake, Face(runner), row, adapter):
                    sys.exit(f"{row.method} on {adapter}: the faces differ")
                cells[row.method, adapter] = sync
    PAGE.write_text(written(PAGE.read_text(), cells))


if __name__ == "__main__":
    main()
