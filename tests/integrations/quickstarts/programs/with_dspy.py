"""The situations of DSPy's own introduction.

That is: a question, reasoning, a typed answer, an agent with tools, a program of two steps.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import dspy

from genai_sdk import GenAIClient

OPTIONS: dict[str, Any] = {"join_otel": True}


class Classify(dspy.Signature):
    """Classify the sentiment of a sentence."""

    sentence: str = dspy.InputField()
    sentiment: Literal["positive", "negative"] = dspy.OutputField()
    confidence: float = dspy.OutputField()


class Article(dspy.Module):
    """Drafts an outline, and then its one section."""

    def __init__(self) -> None:
        self.outline = dspy.Predict("topic -> title")
        self.write = dspy.Predict("title -> text")

    def forward(self, topic: str) -> dspy.Prediction:
        return self.write(title=self.outline(topic=topic).title)

    async def aforward(self, topic: str) -> dspy.Prediction:
        return await self.write.acall(title=(await self.outline.acall(topic=topic)).title)


def get_weather(city: str) -> str:
    """Say how the weather is in a city."""
    return f"It is sunny in {city}."


@contextmanager
def official() -> Iterator[None]:
    """OpenInference's spans of DSPy, which the Langfuse SDK sends."""
    from langfuse import Langfuse
    from openinference.instrumentation.dspy import DSPyInstrumentor

    langfuse = Langfuse()
    DSPyInstrumentor().instrument()
    yield
    langfuse.shutdown()


def begin(client: GenAIClient) -> None:
    """Configure DSPy with the engines of our page."""
    page = Path(__file__).parents[4].joinpath("docs", "integrations", "dspy.md").read_text(encoding="utf-8")
    engines: dict[str, Any] = {}
    exec(page.partition("```python\n")[2].partition("\nclient = GenAIClient()")[0], engines)
    engine, twin = engines["Engine"](client), engines["AsyncEngine"](client)
    lm = dspy.LM("gpt-6-luna", engine=engine, async_engine=twin, num_retries=0, cache=False)
    dspy.configure(lm=lm)


def plain() -> None:
    assert dspy.Predict("question -> answer")(question="Capital of Korea?").answer == "Seoul"


async def plain_async() -> None:
    assert (await dspy.Predict("question -> answer").acall(question="Capital of Korea?")).answer == "Seoul"


def reasoned() -> None:
    answer = dspy.ChainOfThought("question -> answer: float")(question="Two dice, two ones?")
    assert answer.answer == 0.0278


async def reasoned_async() -> None:
    answer = await dspy.ChainOfThought("question -> answer: float").acall(question="Two dice, two ones?")
    assert answer.answer == 0.0278


def typed() -> None:
    answer = dspy.Predict(Classify)(sentence="What fun!")
    assert (answer.sentiment, answer.confidence) == ("positive", 0.9)


async def typed_async() -> None:
    answer = await dspy.Predict(Classify).acall(sentence="What fun!")
    assert (answer.sentiment, answer.confidence) == ("positive", 0.9)


def tools() -> None:
    assert dspy.ReAct("question -> answer", tools=[get_weather])(question="How is Seoul?").answer == "Sunny."


async def tools_async() -> None:
    answer = await dspy.ReAct("question -> answer", tools=[get_weather]).acall(question="How is Seoul?")
    assert answer.answer == "Sunny."


def steps() -> None:
    assert Article()(topic="Tea").text == "Tea is green."


async def steps_async() -> None:
    assert (await Article().acall(topic="Tea")).text == "Tea is green."
