"""The rows of how Google's models think, held to the locked litellm's price file."""

from collections.abc import Mapping

import pytest
from tests.wires.price_file import chat_models

from genai_sdk.wires.gemini.models import row_of

_NOT_GEMINI = "it is no chat model of Gemini's; a name that is not known is taken for one that thinks"
DIFFERENT: Mapping[str, str] = {
    "deep-research": _NOT_GEMINI,
    "lyria": _NOT_GEMINI,
    "medlm": _NOT_GEMINI,
    "gemini-2.5-computer-use": "the file does not say whether it thinks; Google's page does: not verified",
    "gemini-exp-1114": "an experiment of 2024 that is gone",
    "gemma-4": "it thinks, but whether it takes a level or a budget is not known: not verified",
}


def test_a_model_thinks_if_the_price_file_says_so_or_the_difference_is_listed() -> None:
    models = {name.rpartition("/")[2]: row for name, row in chat_models("gemini", "vertex_ai-language-models").items()}
    assert len(models) > 40
    different = [
        name
        for name, row in models.items()
        if (row_of(name).thinking != "none") is not bool(row.get("supports_reasoning"))
    ]
    assert [name for name in different if not name.startswith(tuple(DIFFERENT))] == []
    assert [name for name in DIFFERENT if not any(each.startswith(name) for each in different)] == []


@pytest.mark.parametrize("what", ["minimal", "xhigh"])
def test_no_model_is_sent_a_level_that_the_price_file_says_it_does_not_take(what: str) -> None:
    word = f"supports_{what}_reasoning_effort"
    for name, row in chat_models("gemini", "vertex_ai-language-models").items():
        if row.get(word) is False:
            assert what.upper() not in row_of(name.rpartition("/")[2]).efforts.values(), name
