"""What `run_tools` does not take is refused before anything is sent."""

import pytest

from genai_sdk import InvalidRequestError

MODEL = "openai_test/gpt-4o-mini"
HELLO = [{"role": "user", "content": "How is the weather in Seoul?"}]


def look(city: str) -> str:
    """Say how the weather is."""
    return f"clear over {city}"


async def slow(city: str) -> str:
    """Say it later."""
    return look(city)


def anything(*words: str) -> None: ...


def untyped_default(self_made: "Nowhere") -> None: ...  # type: ignore[name-defined] # noqa: F821


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"tools": []}, "must be a list of functions"),
        ({"tools": [3]}, "a function or a Tool"),
        ({"tools": [anything]}, "takes any arguments"),
        ({"tools": [untyped_default]}, "cannot be described"),
        ({"tools": [lambda: None]}, "letters, digits, hyphens"),
        ({"tools": [look, look]}, "two tools are called look"),
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "has none to run"),
        ({"tools": [look], "max_rounds": 0}, "max_rounds"),
        ({"tools": [look], "max_cost": -1}, "max_cost"),
        ({"tools": [look], "tool_timeout": float("inf")}, "tool_timeout"),
        ({"tools": [look], "n": 2}, "n must be 1"),
        ({"tools": [look], "temprature": 1}, "did you mean 'temperature'"),
    ],
)
def test_bad_arguments_are_refused_with_what_would_do(client, face, options, why):
    with pytest.raises(InvalidRequestError, match=why):
        face.call(client, "run_tools", HELLO, model=MODEL, **options)


def test_a_coroutine_function_needs_the_async_face(client):
    with pytest.raises(InvalidRequestError, match="call arun_tools"):
        client.run_tools(HELLO, tools=[slow], model=MODEL)


def test_a_run_without_messages_is_refused(client, face):
    with pytest.raises(InvalidRequestError, match="messages must be a list"):
        face.call(client, "run_tools", tools=[look], model=MODEL)
