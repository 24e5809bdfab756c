"""What `driver="litellm"` loses of an answer that a wire of ours keeps: the rows of docs/litellm-driver.md."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.drivers.stage import Face, Stage
from tests.drivers.test_sloppy_servers import Server

from genai_sdk.errors import ProviderUnavailableError

PAGE = Path(__file__).parents[2] / "docs" / "litellm-driver.md"
TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}
MALFORMED = "malformed answer"


class Row(NamedTuple):
    """An answer.

    Attributes:
        what: What is lost, as the page has it.
        case: Whose answer it is, by its name in `stage.CASES`.
        body: The answer.
        look: What of its one choice to look at.
        ours: What our wire makes of that, or the reason of an error.
        theirs: What LiteLLM makes of it.
    """

    what: str
    case: str
    body: dict[str, Any]
    look: Callable[[Any], Any]
    ours: Any
    theirs: Any


def gemini(*parts: dict[str, Any], finish: str = "STOP") -> dict[str, Any]:
    usage = {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2}
    candidate = {"content": {"role": "model", "parts": list(parts)}, "finishReason": finish}
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "gemini-2.5-flash", "responseId": "r"}


def claude(*blocks: dict[str, Any], stop: str = "end_turn", at: str | None = None) -> dict[str, Any]:
    usage = {"input_tokens": 1, "output_tokens": 1}
    head = {"id": "m", "type": "message", "role": "assistant", "model": "claude", "usage": usage}
    return {**head, "content": list(blocks), "stop_reason": stop, "stop_sequence": at}


def converse(*blocks: dict[str, Any], stop: str = "end_turn") -> dict[str, Any]:
    usage = {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2}
    message = {"role": "assistant", "content": list(blocks)}
    return {"output": {"message": message}, "stopReason": stop, "usage": usage, "metrics": {"latencyMs": 1}}


def calls(choice: Any) -> Any:
    return [(call["function"]["name"], call["function"]["arguments"]) for call in choice["message"]["tool_calls"]]


def kept(choice: Any) -> Any:
    """What of the vendor's own parts is on the message."""
    return choice["message"].get("parts") or choice["message"].get("content_blocks")


def native(choice: Any) -> Any:
    return choice["finish_reason"], choice.get("native_finish_reason")


TEXT = {"type": "text", "text": "x"}
CODE = [
    {"executableCode": {"language": "PYTHON", "code": "1+1"}},
    {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "2"}},
    {"text": "2"},
]
ODD = [{"hologram": {"a": 1}}, {"text": "x"}]
ROWS = [
    Row("a call without arguments, of Gemini's", "gemini", gemini({"functionCall": {"name": "look"}}), calls,
        [("look", "{}")], MALFORMED),
    Row("code that Gemini ran, and its result", "gemini", gemini(*CODE), kept, CODE, None),
    Row("a part of Gemini's that nobody knows", "gemini", gemini(*ODD), kept, ODD, None),
    Row("the vendor's own stop reason, of Gemini's", "gemini", gemini({"text": "x"}, finish="TIRED"), native,
        ("stop", "TIRED"), ("stop", None)),
    Row("the vendor's own stop reason, of Anthropic's", "anthropic", claude(TEXT, stop="tired"), native,
        ("stop", "tired"), ("stop", None)),
    Row("the vendor's own stop reason, of Bedrock's", "bedrock", converse({"text": "x"}, stop="tired"), native,
        ("stop", "tired"), ("stop", None)),
    Row("which stop sequence ended Claude's answer", "anthropic", claude(TEXT, stop="stop_sequence", at="END"),
        lambda choice: choice.get("stop_sequence"), "END", None),
    Row("a block of Anthropic's that nobody knows", "anthropic", claude({"type": "hologram", "a": 1}, TEXT), kept,
        [{"type": "hologram", "a": 1}, TEXT], None),
    Row("a block of Bedrock's that nobody knows", "bedrock", converse(*ODD), kept, ODD, None),
    Row("that an answer of Claude's is empty for an unknown reason", "anthropic", claude(stop="tired"), native,
        MALFORMED, ("stop", None)),
    Row("that a model of Bedrock's failed", "bedrock", converse(stop="malformed_model_output"), native,
        MALFORMED, ("stop", None)),
]  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_an_answer_is_kept_by_our_wire_and_loses_through_litellm_what_the_page_says(
    stage: Stage, face: Face, server: Server, row: Row, request: pytest.FixtureRequest
) -> None:
    server.say(row.body)
    base = server.url + ("/v1beta" if row.case == "gemini" else "")
    deployment = stage.deployment(row.case, base_url=base)
    expected = row.theirs if request.node.callspec.params["make_driver"] == "litellm" else row.ours
    if expected == MALFORMED:
        with pytest.raises(ProviderUnavailableError) as caught:
            face.complete(deployment, tools=[TOOL])
        assert caught.value.reason == MALFORMED
        return
    (choice,) = face.complete(deployment, tools=[TOOL]).value.model_dump(exclude_none=True)["choices"]
    assert row.look(choice) == expected


def test_the_page_has_a_row_for_each_of_these_and_no_other() -> None:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    assert [line.split(" | ")[0].removeprefix("| ") for line in lines[2:]] == [row.what for row in ROWS]
