"""The matrix of docs/operations.md is what the client does, cell by cell, over the wire of each adapter."""

from collections.abc import Iterator

import pytest
from tests.operations import page
from tests.operations.conftest import Face
from tests.operations.rows import COLUMNS, ROWS, Row

from genai_sdk import GenAIClient
from genai_sdk.testing import FakeProvider

Stage = tuple[GenAIClient, FakeProvider]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with page.stage() as made:
        yield made


@pytest.fixture(scope="module")
def cells() -> dict[tuple[str, str], str]:
    """What the page says of each cell."""
    lines = [line for line in page.PAGE.read_text().splitlines() if line.startswith("| `")]
    table = {line.split("`")[1]: [cell.strip() for cell in line.strip("|").split("|")][1:] for line in lines}
    return {
        (row.method, adapter): cell for row in ROWS for adapter, cell in zip(COLUMNS, table[row.method], strict=True)
    }


@pytest.mark.parametrize("adapter", COLUMNS)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.method)
def test_a_cell_does_what_the_page_says(
    stage: Stage, cells: dict[tuple[str, str], str], face: Face, row: Row, adapter: str
) -> None:
    client, fake = stage
    assert page.play(client, fake, face, row, adapter) == cells[row.method, adapter]


def test_the_page_has_every_row_and_every_reason(cells: dict[tuple[str, str], str]) -> None:
    text = page.PAGE.read_text()
    assert page.written(text, cells) == text
