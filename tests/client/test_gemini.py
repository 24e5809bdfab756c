"""Gemini through the client: what a user's own loop does, on both of Google's platforms, whole and streamed."""

from typing import Any

import pytest

from genai_sdk.errors import (
    AuthenticationError,
    BadRequestError,
    ContentFilterError,
    ContextWindowExceededError,
    GenAIError,
    ModelNotFoundError,
    RateLimitError,
)
from genai_sdk.testing import BadRequest, ContentFilter, ContextWindow, NotFound, Reply, Status

TOOLS = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {
    "place": {"type": "string"}}}}}]  # fmt: skip
PLACES = ["gemini_studio", "gemini_usa"]
ROUNDS = [
    Reply(reasoning=f"thought {number}", text=f"step {number}", tool_calls=[("look", {"place": str(number)})] * number)
    for number in (1, 2, 3)
]


def whole(message: Any) -> Any:
    return message


def calls_alone(message: Any) -> Any:
    return {"role": "assistant", "content": message.content, "tool_calls": message.tool_calls}


def bare(message: Any) -> Any:
    """What somebody keeps who knows OpenAI's fields alone."""
    calls = [
        {
            "id": call.id,
            "type": "function",
            "function": {"name": call.function.name, "arguments": call.function.arguments},
        }
        for call in message.tool_calls
    ]
    return {"role": "assistant", "content": message.content, "tool_calls": calls}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("keep", [whole, calls_alone])
def test_a_loop_of_three_rounds_keeps_the_thoughts_behind_the_calls(
    client: Any, face: Any, regions: Any, place: str, stream: bool, keep: Any
) -> None:
    regions.usa.script(*ROUNDS, Reply(text="done"))
    history: list[Any] = [{"role": "user", "content": "go"}]
    answers = []
    for _ in range(4):
        response = face.call(client, "completion", f"{place}/gemini-3.8-flash", history, tools=TOOLS, stream=stream)
        if stream:
            face.read(response)
            response = response.response
        answers.append(response)
        message = response.choices[0].message
        results = [{"role": "tool", "tool_call_id": call.id, "content": "seen"} for call in message.tool_calls or ()]
        history = [*history, keep(message), *results]
    assert answers[-1].text == "done"
    assert [answer.choices[0].message.reasoning_content for answer in answers[:3]] == [
        "thought 1",
        "thought 2",
        "thought 3",
    ]
    contents = regions.usa.journal[-1].body["contents"]
    signatures = [
        part.get("thoughtSignature") for content in contents for part in content["parts"] if "functionCall" in part
    ]
    assert len(signatures) == 6
    assert [signature is not None for signature in signatures] == [True, True, False, True, False, False]
    assert len(set(signatures)) == 4
    assert "skip_thought_signature_validator" not in signatures


def test_whoever_keeps_openai_s_fields_alone_is_answered_all_the_same(client: Any, face: Any, regions: Any) -> None:
    regions.usa.script(ROUNDS[1], Reply(text="done"))
    history: list[Any] = [{"role": "user", "content": "go"}]
    message = face.call(client, "completion", "gemini_studio/gemini-3.8-flash", history, tools=TOOLS).choices[0].message
    results = [{"role": "tool", "tool_call_id": call.id, "content": "seen"} for call in message.tool_calls]
    response = face.call(client, "completion", "gemini_studio/gemini-3.8-flash", [*history, bare(message), *results])
    assert response.text == "done"


@pytest.mark.parametrize("place", PLACES)
def test_a_stream_keeps_what_a_whole_answer_keeps(client: Any, face: Any, regions: Any, place: str) -> None:
    regions.usa.script(ROUNDS[1], ROUNDS[1])
    plain = face.ask(client, f"{place}/gemini-3.8-flash", tools=TOOLS)
    stream = face.ask(client, f"{place}/gemini-3.8-flash", tools=TOOLS, stream=True)
    face.read(stream)
    shown = [_alike(response.model_dump(exclude_none=True)) for response in (plain, stream.response)]
    assert shown[0] == shown[1]
    assert [list(part) for part in shown[0]["choices"][0]["message"]["parts"]] == [
        ["text", "thought"],
        ["text"],
        ["functionCall"],
        ["functionCall"],
    ]


def _alike(item: Any) -> Any:
    """Return an answer without what differs from one of the fake's to the next."""
    if isinstance(item, dict):
        apart = ("id", "created", "genai", "extra_content", "thoughtSignature", "index")
        return {name: _alike(part) for name, part in item.items() if name not in apart}
    return [_alike(part) for part in item] if isinstance(item, list) else item


ERRORS: list[tuple[Any, type[GenAIError]]] = [
    (Status(401), AuthenticationError),
    (NotFound(), ModelNotFoundError),
    (BadRequest(), BadRequestError),
    (ContextWindow(), ContextWindowExceededError),
    (ContentFilter(), ContentFilterError),
    (Status(429, retry_after=400), RateLimitError),
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize(("step", "kind"), ERRORS, ids=str)
def test_google_s_refusals_are_our_errors(
    make_client: Any, face: Any, regions: Any, place: str, stream: bool, step: Any, kind: type[GenAIError]
) -> None:
    client = make_client(router_args={"num_retries": 0})
    regions.usa.script(step, step)

    def ask() -> None:
        result = face.ask(client, f"{place}/gemini-3.8-flash", stream=stream)
        if stream:
            face.read(result)

    with pytest.raises(kind):
        ask()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("model", ["gemini-embedding-001", "text-embedding-005"])
def test_embeddings_come_in_the_order_of_their_inputs(client: Any, face: Any, place: str, model: str) -> None:
    texts = [f"text {number}" for number in range(270)]
    several = face.call(client, "embedding", f"{place}/{model}", texts, dimensions=8)
    single = face.call(client, "embedding", f"{place}/{model}", texts[-1], dimensions=8)
    assert [row.index for row in several.data] == list(range(270))
    assert len(single.data[0].embedding) == 8
    assert several.data[-1].embedding == single.data[0].embedding


def test_no_litellm_is_needed(make_client: Any, face: Any) -> None:
    client = make_client(driver="direct")
    assert face.ask(client, "gemini_studio/gemini-3.8-flash").text
    assert face.ask(client, "gemini_usa/gemini-2.5-pro").text
    assert face.ask(client, "vertex_ai/claude-sonnet-4").text
