"""Turns that Anthropic pauses: visible as they are, and continued by us where the caller asks for it."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.siblings.world import HELLO, MODELS, Face, World, events, http, message, streamed, text

from genai_sdk.errors import InvalidRequestError, RateLimitError

SEARCH = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "q"}}
CITED = {"type": "web_search_result_location", "url": "https://a.example", "title": "A", "cited_text": "x"}
THINKING = {"type": "thinking", "thinking": "hm", "signature": "S"}
ROUNDS: list[tuple[list[dict[str, Any]], str]] = [
    ([THINKING, text("I look. "), SEARCH], "pause_turn"),
    ([{"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []}, text("Then ")], "pause_turn"),
    ([{**text("done."), "citations": [CITED]}], "end_turn"),
]
EXTRA = {"usage": {"input_tokens": 100, "output_tokens": 20, "server_tool_use": {"web_search_requests": 1}}}
ASKED = {"max_tokens": 100}


def whole(blocks: list[dict[str, Any]], stop: str) -> bytes:
    return http(message(*blocks, stop=stop, container={"id": "box"}, **EXTRA))


def stream(blocks: list[dict[str, Any]], stop: str) -> bytes:
    made = []
    for block in blocks:
        if block["type"] == "text":
            cited = [{"type": "citations_delta", "citation": one} for one in block.get("citations", ())]
            made.append([text(""), {"type": "text_delta", "text": block["text"]}, *cited])
        else:
            made.append([block])
    events_ = streamed(*made, stop=stop, **EXTRA["usage"])
    events_[0]["message"]["container"] = {"id": "box"}
    return events(*events_, done=False, named=True)


@pytest.fixture
def play(world: World) -> Iterator[Callable[[bool, list[Any]], Callable[[dict[str, Any]], bytes]]]:
    def rounds(streams: bool, given: list[Any]) -> Callable[[dict[str, Any]], bytes]:
        numbers = itertools.count()

        def answer(_request: dict[str, Any]) -> bytes:
            item = given[min(next(numbers), len(given) - 1)]
            return item if isinstance(item, bytes) else (stream if streams else whole)(*item)

        return answer

    yield rounds
    world.langfuse.traces.clear()


@pytest.mark.parametrize("streams", [False, True], ids=["whole", "stream"])
def test_a_paused_turn_is_continued_to_its_end(face: Face, play: Any, streams: bool) -> None:
    answer = face.ask("messages", play(streams, ROUNDS), stream=streams, max_continuations=5, **ASKED)
    choice = answer.choices[0]
    assert (answer.text, choice.finish_reason) == ("I look. Then done.", "stop")
    assert choice.message.reasoning_content == "hm"
    kinds = [block["type"] for block in choice.message.model_extra["content_blocks"]]
    assert kinds == ["thinking", "text", "server_tool_use", "web_search_tool_result", "text", "text"]
    note = choice.message.model_extra["citations"][0]
    assert answer.text[note["start_index"] : note["end_index"]] == "done."
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (300, 60)
    assert answer.usage.server_tool_use == {"web_search_requests": 3}
    assert [(row.connection, row.reason) for row in answer.genai.attempts] == [("messages", "ok")] * 3
    assert answer.genai.cost == pytest.approx((300 * 3 + 60 * 15) / 1e6 + 3 * 0.01)
    seen = face.world.host.seen
    assert [len(request["messages"]) for request in seen] == [1, 2, 2]
    assert [block["type"] for block in seen[2]["messages"][1]["content"]] == kinds[:5]
    assert [request.get("container") for request in seen] == [None, "box", "box"]


def test_the_stream_of_a_continued_turn_ends_once(face: Face, play: Any) -> None:
    face.ask("messages", play(True, ROUNDS), stream=True, max_continuations=5, **ASKED)
    ends = [choice.finish_reason for chunk in face.chunks for choice in chunk.choices if choice.finish_reason]
    assert ends == ["stop"]
    assert "".join(chunk.text for chunk in face.chunks) == "I look. Then done."


@pytest.mark.parametrize("streams", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize(
    ("most", "words", "requests"), [(0, "I look. ", 1), (1, "I look. Then ", 2), (None, "I look. ", 1)]
)
def test_a_turn_is_continued_as_often_as_it_may(
    face: Face, play: Any, streams: bool, most: int | None, words: str, requests: int
) -> None:
    answer = face.ask("messages", play(streams, ROUNDS), stream=streams, max_continuations=most, **ASKED)
    choice = answer.choices[0]
    assert (answer.text, choice.finish_reason) == (words, "length")
    assert choice.model_extra["native_finish_reason"] == "pause_turn"
    assert len(face.world.host.seen) == requests


@pytest.mark.parametrize("streams", [False, True], ids=["whole", "stream"])
def test_a_turn_whose_next_round_fails_stays_paused(face: Face, play: Any, streams: bool) -> None:
    failed = http({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, 529)
    answer = face.ask("messages", play(streams, [ROUNDS[0], failed]), stream=streams, max_continuations=3, **ASKED)
    choice = answer.choices[0]
    assert (answer.text, choice.finish_reason) == ("I look. ", "length")
    assert choice.model_extra["native_finish_reason"] == "pause_turn"
    assert [row.status for row in answer.genai.attempts] == [200, 529]
    assert answer.usage.prompt_tokens == 100
    assert answer.genai.cost == pytest.approx((100 * 3 + 20 * 15) / 1e6 + 0.01)
    if streams:
        ends = [choice.finish_reason for chunk in face.chunks for choice in chunk.choices if choice.finish_reason]
        assert ends == ["length"]


@pytest.mark.parametrize("streams", [False, True], ids=["whole", "stream"])
def test_the_tokens_of_a_turn_whose_next_round_fails_count_once(face: Face, play: Any, streams: bool) -> None:
    failed = http({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, 529)
    router = {"num_retries": 0, "disable_cooldowns": True, "tpm": {"messages": 200}}
    with face.world.make_client(router_args=router, tracing=False) as client:
        asked = {"stream": streams, "client": client, **ASKED}
        face.ask("messages", play(streams, [ROUNDS[0], failed]), max_continuations=3, **asked)
        assert face.ask("messages", play(streams, ROUNDS[2:]), **asked).text == "done."
        with pytest.raises(RateLimitError, match="rpm or tpm"):
            face.ask("messages", play(streams, ROUNDS[2:]), **asked)


def test_every_round_is_in_the_trace(face: Face, play: Any) -> None:
    face.ask("messages", play(False, ROUNDS), max_continuations=5, **ASKED)
    assert face.world.client.flush(timeout=5)
    trace = face.world.langfuse.traces.wait_for(1)[0]
    assert len([one for one in trace.observations if one.name.startswith("attempt")]) == 3
    assert trace.root.usage["output"] == 60


def test_a_paused_turn_with_a_call_for_the_client_is_the_clients(face: Face, play: Any) -> None:
    use = {"type": "tool_use", "id": "x", "name": "f", "input": {}}
    answer = face.ask("messages", play(False, [([SEARCH, use], "pause_turn")]), max_continuations=3, **ASKED)
    assert answer.choices[0].message.tool_calls
    assert len(face.world.host.seen) == 1


@pytest.mark.parametrize("wrong", [-1, True, "3", 1.5])
def test_the_bound_is_a_whole_number(world: World, wrong: Any) -> None:
    with pytest.raises(InvalidRequestError, match="max_continuations"):
        world.client.completion(f"messages/{MODELS['messages']}", HELLO, max_continuations=wrong)


def test_there_is_no_turn_to_continue_in_an_embedding(world: World) -> None:
    with pytest.raises(InvalidRequestError, match="max_continuations"):
        world.client.embedding("chat/m", "x", max_continuations=1)
