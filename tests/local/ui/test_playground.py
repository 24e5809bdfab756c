"""The playground, walked as a person would."""

import re

import pytest
from playwright.sync_api import expect
from tests.local.ui.conftest import LOOKS, Look
from tests.local.ui.playing import CHAT, MODEL, attach, behave, generation_of, register, traces, written
from tests.local.ui.readable import barriers

from genai_sdk.testing import FakeProvider, Reply

HTML = "<script>window.ran = true</script><img src=x onerror='window.ran = true'>"


@pytest.fixture
def regions(platform):
    """A platform with two simulated connections that serve the same model, and a prompt."""
    register(platform, "seoul")
    register(platform, "usa")
    config = {"model": MODEL, "temperature": 0.2, "note": "kept"}
    written(platform, "support/answer", CHAT, labels=["production"], config=config, tags=["support"])
    return platform


def lane(page, number):
    return page.locator(".lane").nth(number - 1)


def test_a_prompt_is_played_on_two_connections_and_saved_as_version_2(browser_page, regions):
    page = browser_page
    behave(regions, "seoul", between=0.05)
    page.goto("/prompts/show?name=support/answer&version=1")
    page.get_by_role("link", name="Try it").click()
    expect(page.get_by_label("Temperature")).to_have_value("0.2")
    page.get_by_label("product", exact=True).fill("tea")
    page.get_by_label("history").fill('[{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Yes?"}]')
    page.get_by_label("question").fill("Is it hot?")
    page.get_by_label("Model 1").fill(f"seoul/{MODEL}")
    page.get_by_label("Model 2").fill(f"usa/{MODEL}")
    page.get_by_role("button", name="Run", exact=True).click()
    for number, name in enumerate(("seoul", "usa"), 1):
        expect(lane(page, number).get_by_role("status")).to_have_text("Done")
        expect(lane(page, number).get_by_role("heading")).to_have_text(f"{name}/{MODEL}")
        expect(lane(page, number).locator(".answer")).to_contain_text(re.compile("\\w+ \\w+"))
        facts = dict(
            zip(
                lane(page, number).locator("dt").all_text_contents(),
                lane(page, number).locator("dd").all_text_contents(),
                strict=True,
            )
        )
        assert facts["Served by"] == f"{name} · {MODEL}"
        assert re.fullmatch(r"\d+ → \d+", facts["Tokens"])
        assert facts["Cost"].startswith("$0.0")
        assert facts["First token"].endswith("s")
        assert facts["Latency"].endswith("s")
    assert barriers(page) == []

    found = {lane(page, number).get_by_role("link", name="Trace").get_attribute("href") for number in (1, 2)}
    kept = traces(regions, 2)
    assert found == {f"/traces/{trace.id}" for trace in kept}
    assert {trace.name for trace in kept} == {"playground"}
    assert len({trace.session_id for trace in kept}) == 1
    generation = generation_of(kept[0])
    assert generation.prompt == ("support/answer", 1)
    assert [message["content"] for message in generation.input] == [
        "You know all about tea.",
        "Hi",
        "Yes?",
        "Is it hot?",
    ]

    page.get_by_label("Content").nth(0).fill("You know nothing about {{product}}.")
    page.get_by_label("Temperature").fill("hot")
    page.get_by_role("button", name="Save as version 2").click()
    expect(page.get_by_role("alert").first).to_contain_text("Not saved")
    expect(page.locator("#fault-temperature")).to_contain_text("from 0 to 2")
    page.get_by_label("Temperature").fill("0.7")
    page.get_by_label("Max tokens").fill("200")
    page.get_by_role("button", name="Save as version 2").click()
    page.get_by_label("What changed, and why").fill("Humbler")
    page.get_by_role("button", name="Save version 2").click()
    version = regions.store.prompts.find("support/answer", version=2)
    assert version.prompt[0]["content"] == "You know nothing about {{product}}."
    assert (version.prompt[1:], version.tags, version.config) == (
        CHAT[1:],
        ["support"],
        {"model": f"seoul/{MODEL}", "temperature": 0.7, "max_tokens": 200, "note": "kept"},
    )
    page.get_by_role("link", name="Try it").click()
    expect(page.get_by_label("Model 1")).to_have_value(f"seoul/{MODEL}")
    expect(page.get_by_label("Temperature")).to_have_value("0.7")
    expect(page.get_by_label("Max tokens")).to_have_value("200")


def test_an_answer_is_seen_while_it_comes_and_can_be_stopped(browser_page, regions):
    page = browser_page
    behave(regions, "seoul", between=1)
    page.goto("/playground")
    page.get_by_label("Content").nth(1).fill("Tell me everything")
    page.get_by_label("Model 1").fill(f"seoul/{MODEL}")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(lane(page, 1).locator(".answer")).not_to_be_empty(timeout=20_000)
    expect(lane(page, 1).get_by_role("status")).to_have_text("Answering…")
    page.get_by_role("button", name="Stop").click()
    expect(lane(page, 1).get_by_role("status")).to_have_text("Stopped")
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_focused()
    (trace,) = traces(regions, 1)
    stopped = generation_of(trace)
    assert stopped.usage == {}  # which the provider tells at the end of an answer
    assert stopped.status_message is not None
    assert lane(page, 1).get_by_role("link", name="Trace").get_attribute("href") == f"/traces/{trace.id}"


def test_one_lane_fails_in_the_providers_words_and_the_other_goes_on(browser_page, regions):
    page = browser_page
    behave(regions, "seoul", status=503, message="Seoul is closed today.")
    page.goto("/playground?prompt=support/answer")
    for name in ("product", "question"):
        page.get_by_label(name, exact=True).fill("tea")
    page.get_by_label("Model 1").fill(f"seoul/{MODEL}")
    page.get_by_label("Model 2").fill(f"usa/{MODEL}")
    page.get_by_label("Model 3").fill("no-such-model")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(lane(page, 1).get_by_role("status")).to_have_text("Failed")
    expect(lane(page, 1).locator(".why")).to_contain_text("Seoul is closed today.")
    expect(lane(page, 1).locator("dd")).to_contain_text([f"seoul · {MODEL}", "503"])
    expect(lane(page, 2).get_by_role("status")).to_have_text("Done")
    expect(lane(page, 3).locator(".why")).to_contain_text("no-such-model")
    assert len(traces(regions, 3)) == 3


@pytest.mark.parametrize("opened", ["browser_page", "plain_page"])
def test_html_is_shown_and_not_run(request, regions, opened):
    page = request.getfixturevalue(opened)
    behave(regions, "seoul", status=500, message=HTML)
    written(regions, "x/<b>&\"'", f"{HTML} {{{{word}}}}", labels=["production"], config={"note": HTML})
    with FakeProvider("fake") as fake:
        attach(regions, fake)
        fake.always(Reply(text=f"\n{HTML}"))
        page.goto("/playground?prompt=x/%3Cb%3E%26%22%27")
        expect(page.get_by_label("Text", exact=True)).to_have_value(f"{HTML} {{{{word}}}}")
        page.get_by_label("word").fill(HTML)
        page.get_by_label("Model 1").fill(f"fake/{MODEL}")
        page.get_by_label("Model 2").fill(f"seoul/{MODEL}")
        page.get_by_label("Model 3").fill(HTML)
        page.get_by_role("button", name="Run", exact=True).click()
        expect(lane(page, 1).get_by_role("status")).to_have_text("Done")
        assert lane(page, 1).locator(".answer").text_content() == f"\n{HTML}"
        expect(lane(page, 2).locator(".why")).to_contain_text(HTML)
        expect(lane(page, 3).get_by_role("heading")).to_have_text(HTML)
    assert page.locator("main img").count() == 0
    assert opened == "plain_page" or page.evaluate("window.ran") is None


def test_what_is_wrong_is_told_and_nothing_is_asked(browser_page, regions):
    page = browser_page
    page.goto("/playground?prompt=support/answer&version=production")
    page.get_by_label("history").fill("no list")
    page.get_by_label("Temperature").fill("hot")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("The temperature is a number from 0 to 2.")
    expect(page.get_by_label("Temperature")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Temperature").fill("")
    page.get_by_label("product", exact=True).fill("tea")
    page.get_by_role("button", name="Run", exact=True).click()
    question = page.locator("#samples .stack", has=page.get_by_label("question"))
    expect(question.locator(".wrong")).to_have_text("Fill in question: every variable needs a value before it runs.")
    expect(page.locator(".told")).to_have_count(2)
    page.get_by_label("question").fill("?")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(question.locator(".wrong")).to_have_count(0)
    expect(page.get_by_role("alert")).to_contain_text("The placeholder history needs a list of messages")
    expect(page.get_by_label("history")).to_be_focused()
    expect(page.locator(".lane")).to_have_count(0)
    page.get_by_label("history").fill("")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(lane(page, 1).get_by_role("status")).to_have_text("Done")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_messages_are_written_and_their_variables_found(browser_page, regions):
    page = browser_page
    page.goto("/playground")
    page.get_by_label("Content").nth(1).fill("Greet {{name}}")
    page.get_by_label("name", exact=True).fill("Ada")
    page.get_by_role("button", name="Message", exact=True).click()
    page.get_by_label("Content").nth(2).fill("Hello, who?")
    expect(page.get_by_label("name", exact=True)).to_have_value("Ada")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(lane(page, 1).get_by_role("status")).to_have_text("Done")
    generation = generation_of(traces(regions, 1)[0])
    assert [(each["role"], each["content"]) for each in generation.input] == [
        ("user", "Greet Ada"),
        ("assistant", "Hello, who?"),
    ]
    assert generation.prompt is None
    page.get_by_role("button", name="Save as a prompt").click()
    page.get_by_label("Name", exact=True).fill("greeting")
    page.get_by_role("button", name="Save version 1").click()
    assert regions.store.prompts.find("greeting", version=1).prompt[0] == {"role": "user", "content": "Greet {{name}}"}


def test_it_works_without_scripts(plain_page, regions):
    page = plain_page
    behave(regions, "usa", status=429, message=HTML)
    page.goto("/playground")
    page.get_by_role("button", name="Remove 1").click()
    page.get_by_label("Content").fill("Greet {{name}}")
    page.get_by_label("Temperature").fill("9")
    page.get_by_label("Model 1").fill(f"seoul/{MODEL}")
    page.get_by_label("Model 2").fill(f"usa/{MODEL}")
    page.get_by_role("button", name="Refresh the variables").click()
    page.get_by_label("name", exact=True).fill("Ada")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#fault-temperature")).to_contain_text("from 0 to 2")
    page.get_by_label("Temperature").fill("1")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(lane(page, 1).get_by_role("status")).to_have_text("Done")
    expect(lane(page, 1).locator(".answer")).not_to_be_empty()
    expect(lane(page, 2).locator(".why")).to_contain_text(HTML)
    expect(page.get_by_label("name", exact=True)).to_have_value("Ada")
    assert len(traces(regions, 2)) == 2
    assert barriers(page) == []


def test_what_is_not_there_is_told(browser_page, regions):
    for query, told in {"prompt=no": "There is no prompt", "prompt=support/answer&version=9": "has no version"}.items():
        assert browser_page.goto(f"/playground?{query}").status == 404
        expect(browser_page.get_by_role("alert")).to_contain_text(told)


def test_a_platform_without_connections_says_what_to_do(browser_page):
    browser_page.goto("/playground")
    expect(browser_page.get_by_text("There is no model to ask yet")).to_be_visible()
    assert barriers(browser_page) == []


@pytest.mark.parametrize(
    "look", [*LOOKS, Look(language="ko-KR"), Look(width=390, language="ko-KR")], ids=str, indirect=True
)
def test_everybody_can_read_it(browser_page, regions, shoot, look):
    page = browser_page
    behave(regions, "usa", status=503, message="This region is closed for maintenance until 14:00 UTC.")
    page.goto("/playground")
    assert barriers(page) == []
    shoot(page, "playground")
    page.goto("/playground?prompt=support/answer")
    page.locator("[name='sample:product']").fill("tea")
    page.locator("[name='sample:question']").fill("How hot does the water have to be?")
    for number, region in enumerate(("seoul", "usa"), 2):
        page.locator(f"#model-{number}").fill(f"{region}/{MODEL}")
    page.locator("#run").click()
    expect(page.locator(".lane .level.good, .lane .level.error")).to_have_count(3)
    page.evaluate("scrollTo(0, 0)")
    assert barriers(page) == []
    shoot(page, "playground-played")
    assert page.locator("html").get_attribute("lang") == look.language[:2]
    if look.language == "ko-KR":
        expect(page.locator("h1")).to_have_text("플레이그라운드")
        expect(page.locator(".lane .level").first).to_have_text(re.compile("완료|실패"))
