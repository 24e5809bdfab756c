"""A recorded call is opened in the playground, and judged on its page."""

import json

import pytest
from playwright.sync_api import Page, expect
from tests.local.ui.calls import MESSAGES, client_of, connect, export, span
from tests.local.ui.readable import barriers

from genai_sdk.langfuse.api.queries import ScoreQuery
from genai_sdk.langfuse.new_score import NewScore
from genai_sdk.langfuse.observation import Observation
from genai_sdk.local.platform import Platform
from genai_sdk.local.ui.pages.traces.scoring import value_of
from genai_sdk.local.ui.replay import is_playable, setup_of_call

PREFIX = "langfuse.observation."
TOOLS = [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}]


def call(**attributes):
    facts = {PREFIX + name.replace("__", "."): value for name, value in attributes.items()}
    return Observation(
        trace_id="0" * 32,
        id="1" * 16,
        parent_id=None,
        name="chat",
        start=0,
        end=1,
        attributes={PREFIX + "type": "generation", **facts},
    )


def opened(recorded, connection=None):
    return setup_of_call(recorded, connection, "s")


def sent(setup):
    play, faults = setup.read(lambda *_, **__: None)
    assert faults == {}
    return play


def test_a_call_comes_back_with_its_messages_parameters_and_deployment():
    parameters = {
        "temperature": 0.2,
        "max_tokens": 7,
        "tools": json.dumps(TOOLS),
        "seed": 1,
        "stream": "true",
        "own": 3,
    }
    recorded = call(input=json.dumps(MESSAGES), model__parameters=json.dumps(parameters), model__name="gpt-6-luna")
    play = sent(opened(recorded, "seoul"))
    assert (play.models, play.messages) == (("seoul/gpt-6-luna",), MESSAGES)
    assert dict(play.options) == {"temperature": 0.2, "max_tokens": 7, "tools": TOOLS, "seed": 1}
    assert opened(recorded).models == ["gpt-6-luna"], "a connection that is gone is not asked for"


def test_braces_in_a_recorded_message_are_sent_as_they_were():
    messages = [{"role": "user", "content": "Write {{name}} here."}]
    assert sent(opened(call(input=json.dumps(messages), model__name="m"))).messages == messages


def test_a_message_with_more_than_a_text_comes_back_whole():
    messages = [
        {
            "role": "user",
            "content": [{"type": "text", "text": "Look"}, {"type": "image_url", "image_url": {"url": "x"}}],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "22"},
    ]
    both = {"messages": messages, "tools": TOOLS}
    play = sent(opened(call(input=json.dumps(both), model__name="m")))
    assert (play.messages, play.options["tools"]) == (messages, TOOLS)


@pytest.mark.parametrize(
    "recorded", [call(), call(input="[1, 2]"), call(input=json.dumps(MESSAGES), type="span"), call(input=" ")]
)
def test_what_holds_no_messages_to_a_model_cannot_be_played(recorded):
    assert not is_playable(recorded)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.5", 0.5),
        ("-3", -3.0),
        ("True", True),
        ("false", False),
        ("good", "good"),
        ("nan", "nan"),
        ("1e999", "1e999"),
    ],
)
def test_a_value_is_a_number_a_truth_or_a_category(text, value):
    assert value_of(text) == value
    assert type(value_of(text)) is type(value)


@pytest.fixture
def trace(platform: Platform) -> str:
    """A call by our own client over a simulated region."""
    connect(platform)
    with client_of(platform) as client:
        response = client.completion("simulated_usa/gpt-6-luna", MESSAGES, temperature=0.5)
        assert client.flush(20)
        assert response.genai.trace_id is not None
        return response.genai.trace_id


def test_a_trace_is_opened_in_the_playground_and_played_again(browser_page: Page, trace: str) -> None:
    page = browser_page
    page.goto(f"/traces/{trace}")
    page.get_by_role("link", name="Open in the playground").click()
    expect(page.locator("textarea[name=content]")).to_have_count(2)
    expect(page.locator("#model-1")).to_have_value("simulated_usa/gpt-6-luna")
    expect(page.get_by_label("Temperature")).to_have_value("0.5")
    page.get_by_role("button", name="Run", exact=True).last.click()
    expect(page.locator(".lane .answer")).to_contain_text("Hello there!")


def test_a_trace_without_a_call_offers_no_playground(browser_page: Page, platform: Platform) -> None:
    export(platform, [span(7)])
    browser_page.goto(f"/traces/{7:032x}")
    expect(browser_page.locator("#observation")).to_be_visible()
    assert browser_page.get_by_role("link", name="Open in the playground").count() == 0
    assert browser_page.goto(f"/playground?trace={7:032x}").status == 404
    assert browser_page.goto(f"/playground?trace={8:032x}").status == 404


def give(page: Page, name: str, value: str, of: str = "the trace", comment: str = "") -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Value", exact=True).fill(value)
    page.get_by_label("Of", exact=True).select_option(of)
    page.get_by_label("Comment", exact=True).fill(comment)
    page.get_by_role("button", name="Score", exact=True).click()


def test_a_trace_is_scored_scored_again_and_the_score_taken_back(
    browser_page: Page, platform: Platform, trace: str
) -> None:
    page = browser_page
    page.goto(f"/traces/{trace}")
    give(page, "quality", "0.5", comment="fair")
    expect(page.get_by_role("status")).to_contain_text("kept")
    give(page, "quality", "0.9", comment="better")
    give(page, "helpful", "true", "The observation shown")
    expect(page.locator("#observation")).to_contain_text("better")
    stored, total = platform.store.scores.page(ScoreQuery(trace_ids=[trace]), 10, 0)
    assert total == 2
    by_name = {each.name: each for each in stored}
    assert (by_name["quality"].number, by_name["quality"].observation_id) == (0.9, None)
    assert (by_name["helpful"].data_type, by_name["helpful"].number) == ("BOOLEAN", 1)
    assert by_name["helpful"].observation_id
    assert barriers(page) == []
    page.get_by_role("button", name="take back quality").click()
    expect(page.get_by_role("status")).to_contain_text("taken back")
    stored, _ = platform.store.scores.page(ScoreQuery(trace_ids=[trace]), 10, 0)
    assert [each.name for each in stored] == ["helpful"]


def test_a_score_that_cannot_be_kept_says_why_and_keeps_what_was_typed(browser_page: Page, trace: str) -> None:
    page = browser_page
    page.goto(f"/traces/{trace}")
    give(page, "quality", " ", comment="typed")
    expect(page.get_by_role("alert")).to_contain_text("needs a name and a value")
    expect(page.get_by_label("Comment", exact=True)).to_have_value("typed")
    page.get_by_label("Value", exact=True).evaluate("field => field.removeAttribute('maxlength')")
    give(page, "quality", "x" * 501)
    expect(page.get_by_role("alert")).to_contain_text("Value may have 500")


def test_a_score_that_a_program_gave_is_not_taken_back_here(browser_page: Page, platform: Platform, trace: str) -> None:
    (given,) = platform.store.scores.put([NewScore("quality", 0.1, trace_id=trace)])
    page = browser_page
    page.goto(f"/traces/{trace}")
    token = page.locator("#score [name=token]").input_value()
    answer = page.context.request.post(
        f"{platform.url}/traces/{trace}/unscore",
        form={"token": token, "score": given},
        headers={"origin": platform.url},
    )
    assert answer.status == 404
    assert platform.store.scores.find(given) is not None
    assert page.get_by_role("button", name="take back").count() == 0
