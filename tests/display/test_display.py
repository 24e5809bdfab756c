"""How values look in a notebook."""

import html.parser
from datetime import UTC, datetime

import pytest

from genai_sdk import GenAIClient
from genai_sdk.connections import ConnectionRecord
from genai_sdk.display import dollars, link, seconds, table
from genai_sdk.testing import FakeLangfuse, FakeProvider, Reply, Status
from genai_sdk.types import CallInfo, ChatCompletion

MODEL = "gpt-4o-mini"
MESSAGES = [{"role": "user", "content": "Hello!"}]
EVIL = '<script>alert(1)</script> & "quotes"'


class Reader(html.parser.HTMLParser):
    """Collects the tags and the text of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.cells: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data):
        self.cells.append(data)


@pytest.fixture
def client(fake_langfuse: FakeLangfuse, fake_provider: FakeProvider):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    for name in ("first", "second"):
        fake_langfuse.connections.put(
            ConnectionRecord(
                name=name,
                adapter="openai",
                secret="sk-fake",
                base_url=fake_provider.base_url("openai"),
                custom_models=(MODEL,),
                created_at=now,
                updated_at=now,
            )
        )
    pair = {"public_key": fake_langfuse.public_key, "secret_key": fake_langfuse.secret_key}
    with GenAIClient(host=fake_langfuse.url, **pair) as made:
        yield made


def test_an_answer_is_markdown_and_says_who_gave_it(client, fake_provider):
    fake_provider.script(Reply(text="**Hi!**", prompt_tokens=9, completion_tokens=2))
    answer = client.completion(MODEL, MESSAGES)
    text, known = answer._repr_markdown_().split("\n\n")
    assert text == "**Hi!**"
    assert known.startswith(f"`first/{MODEL}` · 9 + 2 tokens · ")
    assert known.endswith(f"[trace](<{answer.genai.trace_url}>)")


def test_an_answer_that_calls_tools_shows_the_calls(client, fake_provider):
    fake_provider.script(Reply(tool_calls=[("get_weather", {"city": "Seoul"})]))
    assert client.completion(MODEL, MESSAGES)._repr_markdown_().startswith('`get_weather({"city":"Seoul"})`\n\n')


def test_an_answer_that_no_call_made_is_its_text():
    read = ChatCompletion.from_dict({"choices": [{"message": {"content": "Hi!"}}]})
    assert read._repr_markdown_() == "Hi!"
    assert ChatCompletion()._repr_markdown_() == ""


def test_the_ledger_is_a_table_of_attempts(client, fake_provider):
    fake_provider.script(Status(503), Reply(text="Hi!"))
    info = client.completion(MODEL, MESSAGES).genai
    read = Reader(info._repr_html_())
    assert read.links == [info.trace_url]
    assert [cell for cell in read.cells if cell in ("first", "second", "503", "200")] == [
        "first",
        "503",
        "second",
        "200",
    ]


def test_an_empty_ledger_is_a_table_too():
    assert Reader(CallInfo()._repr_html_()).links == []


def test_a_plan_is_a_table_of_who_would_be_asked(client):
    plan = client.explain(MODEL, fallbacks=[{MODEL: ["nonsense-1"]}])
    cells = Reader(plan._repr_html_()).cells
    assert cells[0] == MODEL
    assert [cell for cell in cells if cell in ("first", "second")] == ["first", "second"]
    assert any("nonsense-1" in cell and "left out" in cell for cell in cells)
    assert any("s an attempt" in cell for cell in cells)


@pytest.mark.parametrize("fallback", [EVIL, [{"role": "user", "content": EVIL}]], ids=["text", "chat"])
def test_a_prompt_is_shown_and_none_of_its_text_is_markup(client, fallback):
    prompt = client.get_prompt("greeting", fallback=fallback)
    read = Reader(prompt._repr_html_())
    assert "script" not in read.tags
    assert EVIL in "".join(read.cells)
    assert "fallback" in read.cells[0]


def test_a_block_is_a_link_to_its_trace(client):
    with client.trace(EVIL) as trace:
        client.completion(MODEL, MESSAGES)
    read = Reader(trace._repr_html_())
    assert read.links == [trace.url]
    assert "".join(read.cells) == EVIL


def test_a_link_leads_to_the_web_or_nowhere():
    assert link("javascript:alert(1)", "trace") == "trace"
    assert link(None, "<b>") == "&lt;b&gt;"
    assert Reader(link('https://x/"><script>', "trace")).tags == {"a"}


def test_cells_are_text_and_nothing_where_there_is_nothing():
    assert "None" not in table(("a",), [(None,)])
    assert "&lt;b&gt;" in table(("<b>",), [])


@pytest.mark.parametrize(("time", "words"), [(0.0421, "42 ms"), (1.26, "1.3 s")])
def test_times_are_short(time, words):
    assert seconds(time) == words


@pytest.mark.parametrize(("cost", "words"), [(None, ""), (0.0, "$0"), (0.00012, "$0.00012"), (2.0, "$2")])
def test_costs_are_in_dollars(cost, words):
    assert dollars(cost) == words
