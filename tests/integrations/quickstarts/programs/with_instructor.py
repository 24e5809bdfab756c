"""The situations of instructor's own introduction.

That is: a typed answer, one asked for again, parts of one, a list, each on both sides.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import instructor
from pydantic import BaseModel, field_validator

from genai_sdk import GenAIClient

OPTIONS: dict[str, Any] = {"join_otel": True}
on: Any = SimpleNamespace()
TEXT = [{"role": "user", "content": "Jason is 25 years old."}]


class Person(BaseModel):
    """Somebody."""

    name: str
    age: int


class Loud(Person):
    """Somebody whose name has to be in capitals."""

    @field_validator("name")
    @classmethod
    def _capitals(cls, name: str) -> str:
        if name.upper() != name:
            raise ValueError("the name has to be in capitals")
        return name


JASON = {"name": "Jason", "age": 25}
TWO = [JASON, {"name": "Mina", "age": 30}]


@contextmanager
def official() -> Iterator[None]:
    """OpenInference's spans of instructor, which the Langfuse SDK sends."""
    from langfuse import Langfuse
    from openinference.instrumentation.instructor import InstructorInstrumentor

    langfuse = Langfuse()
    InstructorInstrumentor().instrument()
    yield
    langfuse.shutdown()


def begin(client: GenAIClient) -> None:
    """Make instructor's two clients."""
    vars(on).update(
        sdk=instructor.from_openai(client.as_openai(), model="gpt-6-luna").chat.completions,
        asdk=instructor.from_openai(client.as_async_openai(), model="gpt-6-luna").chat.completions,
    )


def typed() -> None:
    assert (on.sdk.create(response_model=Person, messages=TEXT)).model_dump() == JASON


async def typed_async() -> None:
    assert (await on.asdk.create(response_model=Person, messages=TEXT)).model_dump() == JASON


def again() -> None:
    assert on.sdk.create(response_model=Loud, messages=TEXT, max_retries=2).name == "JASON"


async def again_async() -> None:
    assert (await on.asdk.create(response_model=Loud, messages=TEXT, max_retries=2)).name == "JASON"


def parts() -> None:
    assert [*on.sdk.create_partial(response_model=Person, messages=TEXT)][-1].age == 25


async def parts_async() -> None:
    assert [part async for part in on.asdk.create_partial(response_model=Person, messages=TEXT)][-1].age == 25


def people() -> None:
    assert [person.model_dump() for person in on.sdk.create_iterable(response_model=Person, messages=TEXT)] == TWO


async def people_async() -> None:
    made = [person.model_dump() async for person in on.asdk.create_iterable(response_model=Person, messages=TEXT)]
    assert made == TWO


def raw() -> None:
    person, answer = on.sdk.create_with_completion(response_model=Person, messages=TEXT)
    assert (person.model_dump(), answer.genai["connection"]) == (JASON, "first")


async def raw_async() -> None:
    person, answer = await on.asdk.create_with_completion(response_model=Person, messages=TEXT)
    assert (person.model_dump(), answer.genai["connection"]) == (JASON, "first")
