"""What a type checker knows of the values: mypy and basedpyright, on code as users write it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from mypy import api

SOURCE = Path(__file__).parents[2] / "src"

CODE = """
from genai_sdk import ChatCompletion
answer = ChatCompletion()
text: str = answer.text
answer.txet
answer.choices[0].mesage
"""

TYPED = """
import dataclasses
from collections.abc import Mapping
from typing import Any, Literal, TypedDict

import msgspec
import pydantic
from typing_extensions import assert_type

from genai_sdk import (
    AsyncCompletionStream, AsyncToolStream, ChatCompletion, CompletionStream, GenAIClient, Tool, ToolRun, ToolStream
)

class Order(pydantic.BaseModel):
    item: str

@dataclasses.dataclass
class City:
    name: str

class Row(TypedDict):
    a: int

class Point(msgspec.Struct):
    x: int

client = GenAIClient()
messages = [{"role": "user", "content": "Hello!"}]

assert_type(client.completion("m", messages, response_format=Order), ChatCompletion[Order])
assert_type(client.completion("m", messages, response_format=Order, repair=1).parsed, Order)
assert_type(client.completion("m", messages, response_format=City).parsed, City)
assert_type(client.completion("m", messages, response_format=Row).parsed, Row)
assert_type(client.completion("m", messages, response_format=Point).parsed, Point)
assert_type(client.completion("m", messages, response_format=list[Order]).parsed, list[Order])
assert_type(client.completion("m", messages, response_format=int).parsed, int)
assert_type(client.completion("m", messages), ChatCompletion[Any])
assert_type(client.completion("m", messages, response_format={"type": "json_object"}).parsed, Any)
assert_type(client.completion("m", messages, response_format=Order | City).parsed, Any)
stream = client.completion("m", messages, response_format=Order, stream=True)
assert_type(stream, CompletionStream[Order])
assert_type(stream.parsed, Order)
assert_type(stream.response, ChatCompletion[Order])
assert_type(client.completion("m", messages, stream=True), CompletionStream[Any])
client.completion("m", client.get_prompt("greeting", variables={"name": "Mina"}))
client.completion("m", [*messages, client.completion("m", messages).choices[0].message])

assert_type(client.run("greeting", response_format=Order), ChatCompletion[Order])
assert_type(client.run("greeting", response_format=City, repair=1).parsed, City)
assert_type(client.run("greeting", response_format=Order, stream=True), CompletionStream[Order])
assert_type(client.run("greeting", variables={"name": "Mina"}, model="m"), ChatCompletion[Any])
assert_type(client.run("greeting", stream=True), CompletionStream[Any])

response, message = client.responses("m", "Hello!"), client.messages("m", messages, 5)
if response.usage and message.usage:
    assert_type(response.usage.input_tokens + message.usage.output_tokens, int)

def get_weather(city: str) -> str:
    return city

assert_type(client.run_tools(messages, tools=[get_weather], model="m"), ToolRun[Any])
assert_type(client.run_tools(messages, tools=[get_weather], model="m", response_format=Order).parsed, Order)
events = client.run_tools(messages, tools=[Tool.of(get_weather)], response_format=Order, stream=True)
assert_type(events, ToolStream[Order])
assert_type(events.run, ToolRun[Order])

async def main(either: bool) -> None:
    assert_type(await client.acompletion("m", messages, response_format=Order), ChatCompletion[Order])
    streamed = await client.acompletion("m", messages, response_format=City, stream=True)
    assert_type(streamed, AsyncCompletionStream[City])
    assert_type(streamed.parsed, City)
    plain: ChatCompletion | AsyncCompletionStream = await client.acompletion("m", messages, stream=either)
    assert_type((await client.arun("greeting", response_format=City, repair=1)).parsed, City)
    assert_type(await client.arun("greeting", response_format=City, stream=True), AsyncCompletionStream[City])
    assert_type((await client.arun_tools(messages, tools=[get_weather], response_format=City)).parsed, City)
    assert_type(await client.arun_tools(messages, tools=[get_weather], stream=True), AsyncToolStream[Any])
    await client.acompletion("m", await client.aget_prompt("greeting"))

def taking(answer: ChatCompletion[object]) -> None: ...
taking(client.completion("m", messages, response_format=Order))
"""
WRONG = """
client.completion("m", messages, response_format=Order).parsed.itme  # wrong
client.completion("m", messages, response_format=Order, stream=True, repair=1)  # wrong
client.completion("m", messages, temprature=0.2)  # wrong
client.completion("m", "Hello!")  # wrong
client.run("greeting", response_format=Order).parsed.itme  # wrong
client.run("greeting", response_format=Order, stream=True, repair=1)  # wrong
client.run_tools(messages)  # wrong
client.run_tools(messages, tools=["get_weather"])  # wrong
"""


def test_a_misspelt_field_is_caught_by_the_type_checker(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(CODE)
    report, wrong, status = api.run(["--cache-dir", str(tmp_path / "cache"), "--follow-imports=silent", str(script)])
    assert status == 1, wrong
    errors = [line for line in report.splitlines() if "error:" in line]
    assert len(errors) == 2, report
    assert '"txet"' in errors[0]
    assert '"mesage"' in errors[1]


def by_mypy(script: Path) -> set[int]:
    report, wrong, _ = api.run(["--strict", "--cache-dir", str(script.parent / "cache"), str(script)])
    assert not wrong
    return {int(match) for match in re.findall(rf"{script.name}:(\d+): error", report)}


def by_pyright(script: Path) -> set[int]:
    scripts = Path(sys.executable).parent
    (script.parent / "pyrightconfig.json").write_text(
        json.dumps({"typeCheckingMode": "standard", "extraPaths": [str(SOURCE)]})
    )
    done = subprocess.run(
        [scripts / "basedpyright", "--outputjson", "-p", script.parent, script],
        env={**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ.get('PATH', '')}"},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    found = json.loads(done.stdout)["generalDiagnostics"]
    return {row["range"]["start"]["line"] + 1 for row in found if row["severity"] == "error"}


@pytest.mark.parametrize("checker", [by_mypy, by_pyright])
def test_an_answer_has_the_type_that_was_asked_for(tmp_path, checker, monkeypatch):
    monkeypatch.setenv("MYPYPATH", str(SOURCE))
    script = tmp_path / "script.py"
    script.write_text(TYPED + WRONG)
    wrong = {number for number, line in enumerate(script.read_text().splitlines(), 1) if line.endswith("# wrong")}
    assert checker(script) == wrong
