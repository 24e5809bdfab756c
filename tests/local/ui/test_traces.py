"""The pages of traces, walked as a person would."""

import asyncio
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect
from tests.local.ui.calls import HTML, MESSAGES, SECOND, client_of, connect, export, send, span
from tests.local.ui.conftest import LOOKS, Look
from tests.local.ui.readable import barriers

from genai_sdk.langfuse.new_prompt import NewPrompt
from genai_sdk.local.ui.pages.traces.showing import MOST, SHOWN

OBSERVATION = "langfuse.observation."


@pytest.fixture
def traced(platform):
    """Calls: one that went well, one that fell back, one that failed, a stream, and a block of two with scores."""
    connect(platform)
    platform.store.prompts.create(
        NewPrompt(name="support/answer", prompt=MESSAGES, type="chat", labels=["production"]), author="jane"
    )
    with client_of(platform) as client:
        with client.trace("checkout", user_id="mina", session_id="s-1", tags=["web", "결제"]) as trace:
            client.completion(
                "simulated_azure_busan/gpt-6-luna", prompt=client.get_prompt("support/answer"), temperature=0.2
            )
            client.completion("simulated_azure_busan/gpt-6-sol", MESSAGES)
            trace.score("helpful", True, comment="asked the customer")
        stream = client.completion(
            "simulated_usa/gpt-6-luna", MESSAGES, stream=True, trace_name="stream", user_id="ada"
        )
        list(stream)
        send(platform, "/simulated/seoul/behaviour", {"status": 503}, "PUT")
        fallbacks = [{"simulated_seoul/simulated-large": ["simulated_usa/simulated-small"]}]
        client.completion(
            "simulated_seoul/simulated-large", MESSAGES, fallbacks=fallbacks, num_retries=1, trace_name="fell back"
        )
        with pytest.raises(Exception, match="503"):
            client.completion(
                "simulated_seoul/gpt-6-luna", MESSAGES, num_retries=0, trace_name="failed call", user_id="bo"
            )
        assert client.flush(20)
    return platform


def follow(page, clicked):
    """Click, and wait for the page that it leads to."""
    with page.expect_navigation():
        clicked.click()


def names(page):
    return page.locator("#rows .name").all_text_contents()


def test_a_call_that_fell_back_is_found_and_its_attempts_are_seen(browser_page, traced):
    page = browser_page
    page.goto("/traces")
    assert sorted(names(page)) == ["checkout", "failed call", "fell back", "stream"]
    expect(page.locator("tr.failed")).to_contain_text("failed call")
    expect(page.locator("tr.recovered")).to_contain_text("fell back")
    page.get_by_role("link", name="fell back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("fell back")
    expect(page.locator("#facts")).to_contain_text("recovered")
    failed = page.locator(".entry.error")
    expect(failed).to_have_count(2)
    expect(failed.first).to_contain_text("attempt 1 simulated_seoul/simulated-large")
    expect(page.locator(".entry").last).to_contain_text("attempt 3 simulated_usa/simulated-small")
    assert failed.first.locator(".bar-of").evaluate("bar => bar.getBoundingClientRect().width") > 0
    expect(page.locator(".bubble.user")).to_contain_text("Hello there!")
    expect(page.locator(".bubble.assistant")).to_contain_text("[simulated usa]")
    failed.first.click()
    expect(page.locator("#observation h2")).to_have_text("SPAN attempt 1 simulated_seoul/simulated-large")
    expect(page.locator("#observation")).to_contain_text("503")
    expect(page.locator("#observation .wrong")).to_be_visible()
    page.go_back()
    expect(page.locator(".bubble.assistant")).to_contain_text("[simulated usa]")
    page.get_by_role("link", name="JSON").click()
    expect(page.locator("pre.json").first).to_contain_text('"role": "user"')


def test_a_cancelled_call_does_not_look_like_one_that_went_well(browser_page, platform):
    connect(platform)
    send(platform, "/simulated/usa/behaviour", {"latency": 20}, "PUT")

    async def give_up():
        async with client_of(platform) as client:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.acompletion("simulated_usa/gpt-6-luna", MESSAGES, trace_name="slow"), 1)
            assert await client.aflush(20)

    with ThreadPoolExecutor(1) as apart:  # Playwright's own loop runs here
        apart.submit(asyncio.run, give_up()).result(60)
    export(platform, [span(2, name="odd", langfuse__observation__level="WARNING")])
    page = browser_page
    page.goto("/traces")
    expect(page.locator("tr", has_text="slow").locator(".level")).to_have_text(["cancelled"])
    expect(page.locator("tr", has_text="odd").locator(".level")).to_have_text(["ok", "WARNING"])
    page.get_by_label("Status").select_option("cancelled")
    follow(page, page.get_by_role("button", name="Search"))
    assert names(page) == ["slow"]
    page.get_by_role("link", name="slow").click()
    expect(page.locator("#facts .level")).to_have_text(["cancelled"])
    page.goto("/")
    expect(page.locator(".cards li", has_text="Failed").locator("strong")).to_have_text("0 %")


@pytest.mark.parametrize("look", [Look(), Look(width=390)], ids=str, indirect=True)
@pytest.mark.parametrize("address", ["/traces", "/traces?sort=latency"])
def test_rows_with_long_names_fit_and_their_parts_stand_apart(browser_page, platform, look, address):
    facts = {
        "user__id": "user-123456",
        "session__id": "session-abcdef",
        "langfuse__trace__tags": ["checkout", "a-much-longer-tag"],
        "langfuse__observation__type": "generation",
        "langfuse__observation__model__name": "claude-sonnet-4-5-20250929",
        "langfuse__observation__metadata__connection": "azure_korea_central",
        "langfuse__observation__cost_details": '{"total": 0.00000255}',
        "langfuse__observation__level": "WARNING",
    }
    export(platform, [span(1, name="checkout-assistant", **facts)])
    page = browser_page
    page.goto(address)
    expect(page.locator("#rows .served")).to_have_text("claude-sonnet-4-5-20250929 azure_korea_central")
    expect(page.locator("#rows .who")).to_have_text("user-123456 session-abcdef")
    assert page.locator("#table").evaluate("table => table.scrollWidth - table.clientWidth") == 0
    expect(page.get_by_text("$0.00000255", exact=True)).to_be_visible()


def test_a_trace_shows_cost_parameters_prompt_scores_and_where_to_look_next(browser_page, traced):
    page = browser_page
    page.goto("/traces?user=mina")
    page.get_by_role("link", name="checkout").click()
    expect(page.locator(".entry")).to_have_count(3)  # the block and two calls
    expect(page.locator("#observation")).to_contain_text("asked the customer")
    expect(page.locator("#observation")).to_contain_text("true")
    page.locator(".entry", has_text="support/answer").first.click()
    observation = page.locator("#observation")
    expect(observation).to_contain_text("temperature")
    expect(observation.locator(".total")).to_contain_text("$0.0000")
    expect(observation).to_contain_text("support/answer, version 1")
    follow(page, page.locator("#facts").get_by_role("link", name="s-1"))
    assert names(page) == ["checkout"]


def test_a_stream_shows_when_its_first_token_came(browser_page, traced):
    browser_page.goto("/traces?name=stream")
    browser_page.locator("#rows .name").click()
    expect(browser_page.locator(".entry .first")).to_have_count(1)
    expect(browser_page.locator("#observation")).to_contain_text("Time to first token")


def test_the_address_of_a_response_opens_its_trace(browser_page, traced):
    with client_of(traced) as client:
        client.completion("simulated_usa/gpt-6-luna", MESSAGES)
        genai = client.completion("simulated_usa/gpt-6-luna", MESSAGES, trace_name="again").genai
        client.flush(20)
    browser_page.goto(genai.trace_url)
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("again")
    response = browser_page.goto(f"/project/another/traces/{genai.trace_id}")
    assert response.status == 404
    expect(browser_page.get_by_role("alert")).to_contain_text("another")


FOUND = [
    ("q=CHECK", ["checkout"]),
    ("q=asked+nobody", []),
    ("q=Hello+there&deep=1", ["failed call", "fell back", "stream", "checkout"]),
    ("status=failed", ["failed call"]),
    ("status=recovered", ["fell back"]),
    ("connection=simulated_usa", ["fell back", "stream"]),
    ("model=gpt-6-sol", ["checkout"]),
    ("user=ada", ["stream"]),
    ("session=s-1", ["checkout"]),
    ("tag=결제&tag=web", ["checkout"]),
    ("prompt=support/answer&version=1", ["checkout"]),
    ("prompt=support/answer&version=2", []),
    ("environment=default&user=bo", ["failed call"]),
    ("range=15m", ["failed call", "fell back", "stream", "checkout"]),
    ("until=2020-01-01T00:00", []),
]


def test_filters_find_traces(plain_page, traced):
    for query, found in FOUND:
        plain_page.goto(f"/traces?{query}")
        assert (query, names(plain_page)) == (query, found)


def test_a_filter_is_filled_in_shown_as_chips_and_removed(browser_page, traced):
    page = browser_page
    page.goto("/traces")
    page.get_by_text("More filters").click()
    page.get_by_label("Model").select_option("gpt-6-luna")
    page.get_by_label("Status").select_option("failed")
    page.get_by_label("Time", exact=True).select_option("1h")
    follow(page, page.get_by_role("button", name="Search"))
    assert names(page) == ["failed call"]
    expect(page.locator(".chip")).to_have_count(3)
    follow(page, page.locator(".chip", has_text="Status"))
    assert names(page) == ["failed call", "stream", "checkout"]
    follow(page, page.get_by_role("link", name="Clear all"))
    assert len(names(page)) == 4
    page.goto("/traces?since=yesterday&version=x&prompt=p&status=odd")
    expect(page.get_by_role("alert")).to_have_count(3)


def test_pages_lead_back_and_forth_over_every_trace_once(plain_page, platform):
    moment = time.time_ns()
    export(platform, [span(each, start=moment - (each // 3) * SECOND) for each in range(1, 131)])
    page = plain_page
    page.goto("/traces")
    down = [names(page)]
    while page.get_by_role("link", name="Older").count() and len(down) < 9:
        follow(page, page.get_by_role("link", name="Older"))
        down.append(names(page))
    assert [len(each) for each in down] == [50, 50, 30]
    assert sorted(name for each in down for name in each) == sorted(f"trace {each}" for each in range(1, 131))
    follow(page, page.get_by_role("link", name="Newer"))
    assert names(page) == down[1]
    follow(page, page.get_by_role("link", name="Newer"))
    assert names(page) == down[0]
    assert page.get_by_role("link", name="Newer").count() == 0


def test_new_traces_are_offered_and_one_that_is_open_grows(browser_page, platform):
    export(platform, [span(1, 1, name="first")])
    page = browser_page
    page.goto("/traces")
    export(platform, [span(2, 1, name="second")])
    page.get_by_role("button", name="Show new traces: 1").click()
    expect(page.locator("#rows .name")).to_have_count(2)
    page.goto(f"/traces/{1:032x}")
    expect(page.locator(".entry")).to_have_count(1)
    export(platform, [span(1, 2, 1, name="later")])
    expect(page.locator(".entry")).to_have_count(2)
    page.goto(f"/traces/{3:032x}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not here yet")
    export(platform, [span(3, 1, name="third")])
    expect(page.get_by_role("heading", level=1)).to_have_text("third")


def test_everything_works_without_scripts(plain_page, traced):
    page = plain_page
    page.goto("/traces")
    page.get_by_role("link", name="fell back").click()
    page.locator(".entry.error").first.click()
    expect(page.locator("#observation .wrong")).to_contain_text("503")
    page.locator(".entry").first.click()
    page.get_by_role("link", name="JSON").click()
    expect(page.locator("pre.json").first).to_contain_text('"role": "user"')


def test_html_in_a_trace_is_shown_and_not_run(browser_page, platform):
    page = browser_page
    content = [{"role": "user", "content": HTML}, {"role": HTML, "content": [{"type": "image", "url": HTML}]}]
    export(
        platform,
        [
            span(
                7,
                name=HTML,
                user__id=HTML,
                session__id='"><svg onload=alert(1)>',
                langfuse__trace__tags=[HTML],
                langfuse__environment="x",
                langfuse__release=HTML,
                langfuse__observation__type="generation",
                langfuse__observation__model__name=HTML,
                langfuse__observation__input=content,
                langfuse__observation__output=HTML,
                langfuse__observation__level="ERROR",
                langfuse__observation__status_message=HTML,
                langfuse__observation__metadata__connection=HTML,
                langfuse__observation__metadata__more=HTML,
                langfuse__observation__prompt__name=HTML,
                langfuse__observation__prompt__version=1,
            ),
            span(8, name="javascript:alert(1)", langfuse__observation__input='"\\ud800 half a pair"'),
        ],
    )
    for path in ("/traces", f"/traces/{7:032x}", f"/traces/{7:032x}?as=json", f"/traces/{8:032x}", "/"):
        page.goto(path)
        assert (path, barriers(page)) == (path, [])
        assert (path, page.locator("img, script:not([src])").count()) == (path, 0)
    page.goto(f"/traces/{7:032x}")
    expect(page.get_by_role("heading", level=1)).to_have_text(HTML)
    follow(page, page.locator("#facts").get_by_role("link", name="svg onload"))
    expect(page.locator(".chip")).to_contain_text('"><svg onload=alert(1)>')
    assert names(page) == [HTML]
    assert page.evaluate("window.ran") is None


def test_what_is_told_of_the_whole_trace_is_shown_where_it_differs_from_its_root(plain_page, platform):
    sides = {"langfuse__observation__input": '"root in"', "langfuse__observation__output": '"same"'}
    child = {"langfuse__trace__input": '{"question": "asked"}', "langfuse__trace__output": '"same"'}
    export(platform, [span(1, 1, **sides), span(1, 2, 1, langfuse__observation__input='"child in"', **child)])
    export(platform, [span(2, 1, langfuse__trace__output='"told"')])
    export(platform, [span(3, 1, **sides, langfuse__trace__input='"root in"')])

    def shown(path):
        plain_page.goto(path)
        return plain_page.locator(".main-side").locator("h3, pre, p.quiet").all_text_contents()

    first = f"/traces/{1:032x}"
    assert shown(first) == ["Input of the trace", '{\n  "question": "asked"\n}', "Input", "root in", "Output", "same"]
    assert shown(f"{first}?observation={2:016x}")[:2] == ["Input", "child in"]
    nothing = "Nothing recorded."
    assert shown(f"/traces/{2:032x}") == ["Input", nothing, "Output", nothing, "Output of the trace", "told"]
    assert shown(f"/traces/{3:032x}") == ["Input", "root in", "Output", "same"]


def test_huge_texts_are_cut_and_shown_whole_when_asked_for(browser_page, platform):
    export(platform, [span(9, langfuse__observation__input="x" * 30_000 + "END")])
    page = browser_page
    page.goto(f"/traces/{9:032x}")
    expect(page.locator("#observation")).to_contain_text("22,003 more characters")
    page.get_by_role("link", name="Show all").click()
    expect(page.locator("#observation .bubble")).to_contain_text("xEND")


def test_a_very_large_trace_stays_bounded(browser_page, platform):
    begun = time.time_ns()
    for first in range(1, 10_001, 2_500):
        export(
            platform,
            [span(5, n, None if n == 1 else 1, start=begun + n, name=f"s{n}") for n in range(first, first + 2_500)],
        )
    page = browser_page
    page.goto(f"/traces/{5:032x}")
    expect(page.locator(".entry")).to_have_count(SHOWN)
    expect(page.locator("#tree")).to_contain_text("Showing the first 500 of 10,000")
    page.get_by_role("link", name="Show more").click()
    expect(page.locator(".entry")).to_have_count(MOST)
    page.goto(f"/traces/{5:032x}?observation={9_999:016x}")
    expect(page.locator("#observation")).to_contain_text("s9999")


@pytest.mark.parametrize("path", ["nothing", f"{1:032x}?observation=ffff", "%00", "'--"])
def test_what_is_not_there_is_told(browser_page, platform, path):
    export(platform, [span(1)])
    assert browser_page.goto(f"/traces/{path}").status == 404


@pytest.mark.parametrize(
    "look", [*LOOKS, Look(language="ko-KR"), Look(width=390, language="ko-KR")], ids=str, indirect=True
)
def test_every_page_can_be_read_by_everybody(browser_page, traced, shoot, look):
    page = browser_page
    page.goto("/traces")
    ids = {row.get_attribute("data-id"): row.locator(".name").text_content() for row in page.locator("#rows tr").all()}
    by_name = {name: f"/{key}" for key, name in ids.items()}
    for path, picture in {
        "": "traces",
        "?status=failed&range=24h&tag=none": "traces-none",
        "?connection=simulated_usa&range=custom&since=2026-01-01T00:00": "traces-filtered",
        by_name["fell back"]: "trace-fallback",
        by_name["checkout"]: "trace-block",
        by_name["stream"]: "trace-stream",
        by_name["failed call"]: "trace-failed",
        f"/{99:032x}": "trace-absent",
    }.items():
        page.goto(f"/traces{path}")
        assert (picture, barriers(page)) == (picture, [])
        if look.language == "ko-KR":
            assert re.search("[가-힣]", page.locator("main").text_content())
        shoot(page, picture)


def test_a_row_shows_what_was_asked_and_answered_in_one_line_each(browser_page, platform):
    asked = '[{"role": "user", "content": "Why\\n\\nnot? <script>alert(1)</script>"}]'
    answered = '{"role": "assistant", "content": "Because."}'
    told = {"langfuse__observation__input": asked, "langfuse__observation__output": answered}
    export(platform, [span(1, name="house", **told)])
    page = browser_page
    page.goto(f"{platform.url}/traces")
    expect(page.locator(".preview").first).to_have_text("Why not? <script>alert(1)</script>")
    expect(page.locator(".preview.answer")).to_have_text("Because.")


def test_a_cost_that_nobody_knows_is_not_shown_as_nothing(browser_page, platform):
    own = "langfuse__observation__"
    told = {f"{own}type": "generation", f"{own}usage_details": '{"input": 3, "output": 2}'}
    told |= {f"{own}cost_details": '{"total": 0}', f"{own}metadata__cost": "unknown"}
    export(platform, [span(1, name="house", **told)])
    page = browser_page
    page.goto(f"{platform.url}/traces")
    expect(page.locator("td.unknown")).to_have_text("\u2013")
    page.get_by_role("link", name="house").click()
    expect(page.locator("tr.total td").last).to_have_text("\u2013")
    expect(page.locator("main")).not_to_contain_text("$0")
