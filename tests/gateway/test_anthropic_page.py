"""Each block of docs/integrations/anthropic.md, and of docs/responses.md, runs as it stands."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.gateway.conftest import Stage
from tests.gateway.test_openai_page import run

from genai_sdk.testing import Reply

DOCS = Path(__file__).parents[2] / "docs"


def code_of(page: str) -> str:
    """The code of a page, one block after the other."""
    return "\n".join(re.findall(r"```python\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL))


def test_the_page_on_anthropic_s_sdk_runs(stage: Stage) -> None:
    spec = find_spec("anthropic")
    if spec is None or spec.origin is None:
        pytest.skip("anthropic lies in an environment of its own: see test_anthropic_sdk.py")
    stage.first.script(Reply(text="Hi!"), Reply(text="one two"), Reply(text="Sure."), Reply(text="Hello."))
    printed = run(code_of("integrations/anthropic.md"), stage, str(Path(spec.origin).parents[1]))
    assert "Hi! claude http" in printed
    assert "one two" in printed
    assert "NotFoundError UnknownModelError" in printed


def test_the_page_on_responses_and_messages_runs(stage: Stage) -> None:
    stage.first.script(Reply(text="Hi!"), Reply(text="one two"), Reply(text='{"name": "Seoul"}'))
    printed = run(code_of("responses.md"), stage)
    assert "Hi! first" in printed
    assert "one two" in printed
    assert "Seoul" in printed
