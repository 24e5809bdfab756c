"""The dashboard, walked as a person would."""

import csv
import io
import re
import time

import pytest
from playwright.sync_api import expect
from tests.local.ui.calls import MESSAGES, SECOND, client_of, connect, export, send, span
from tests.local.ui.conftest import LOOKS, Look
from tests.local.ui.readable import barriers

from genai_sdk.local.ui.filters import UNKNOWN

HOUR = 3600 * SECOND


def call(trace, hours=0.0, took=SECOND, model="gpt-6-sol", **more):
    """A call of a model so many hours ago."""
    return span(
        trace,
        start=time.time_ns() - int(hours * HOUR) - 2 * SECOND,
        took=took,
        langfuse__observation__type="generation",
        langfuse__observation__model__name=model,
        langfuse__observation__usage_details='{"input": 30, "output": 12}',
        **more,
    )


@pytest.fixture
def busy(platform):
    """A week of calls, of several models, connections and prompts, some of which failed."""
    spans = []
    models = ["gpt-6-sol", "gpt-6-luna", "claude-sonnet", "gemini-flash", "mistral", "llama", "qwen"]
    for number in range(1, 700):
        model = models[number % 7 if number % 3 else 0]
        more = (
            {"langfuse__observation__cost_details": f'{{"total": {0.0004 * (number % 9 + 1)}}}'} if number % 5 else {}
        )
        if number % 17 == 0:
            more["langfuse__observation__level"] = "ERROR"
        if number % 4 == 0:
            more |= {
                "langfuse__observation__prompt__name": "support/answer",
                "langfuse__observation__prompt__version": number % 3 + 1,
            }
        connection = ["openai_seoul", "azure_busan"][number % 2]
        hours = (number / 700) ** 2 * 160
        spans.append(
            call(
                number,
                hours,
                SECOND // 4 * (number % 13 + 1),
                model,
                langfuse__observation__metadata__connection=connection,
                **more,
            )
        )
    export(platform, spans)
    return platform


def card(page, name):
    return page.locator(".cards li", has=page.get_by_text(name, exact=True)).locator("strong")


def test_an_empty_platform_shows_how_to_begin(browser_page, platform):
    browser_page.goto("/")
    assert browser_page.locator(".cards").count() == 0
    assert barriers(browser_page) == []


def test_calls_become_figures_and_each_leads_to_its_traces(browser_page, platform):
    connect(platform)
    with client_of(platform) as client:
        for _ in range(3):
            client.completion("simulated_azure_busan/gpt-6-sol", MESSAGES)
        client.completion("simulated_usa/gpt-6-luna", MESSAGES)
        send(platform, "/simulated/seoul/behaviour", {"status": 503}, "PUT")
        with pytest.raises(Exception, match="503"):
            client.completion("simulated_seoul/gpt-6-luna", MESSAGES, num_retries=0, trace_name="failed call")
        assert client.flush(20)
    page = browser_page
    for period in ("1h", "24h", "7d", "30d"):
        page.goto(f"/?range={period}")
        expect(card(page, "Calls")).to_have_text("5")
        expect(card(page, "Failed")).to_have_text("20 %")
    expect(card(page, "Cost")).to_contain_text("$0.")
    # The refused call is known to have cost nothing; what a server of no known vendor charges is not known.
    expect(page.locator(".cards")).to_contain_text("known for 4 of 5 calls")
    luna = page.locator("table.parts tr", has=page.get_by_role("link", name="gpt-6-luna", exact=True))
    expect(luna.locator("td").nth(4)).to_have_text(UNKNOWN)
    page.locator(".cards a", has_text="Failed").click()
    expect(page.locator("#rows .name")).to_have_text(["failed call"])
    page.go_back()
    page.locator("table.parts").get_by_role("link", name="gpt-6-sol", exact=True).click()
    expect(page.locator("#rows tr")).to_have_count(3)
    page.go_back()
    page.locator("svg a").first.click(force=True)
    expect(page.locator("#rows tr")).to_have_count(5)


@pytest.fixture
def mixed(platform):
    """Two hours: an agent that got over a failed call, one whose call came an hour after it began, and plain calls."""
    now = time.time_ns() - 5 * SECOND
    agent = [
        span(1, 1, name="recovering agent", start=now, langfuse__observation__type="span"),
        call(1, model="gpt-6-sol", langfuse__observation__level="ERROR") | {"spanId": f"{2:016x}"},
        call(1, model="claude-sonnet") | {"spanId": f"{3:016x}"},
    ]
    late = [
        span(2, 1, name="long agent", start=now - 2 * HOUR, langfuse__observation__type="span"),
        call(2, took=9 * SECOND, langfuse__observation__metadata__connection="azure_busan") | {"spanId": f"{2:016x}"},
    ]
    for each in (*agent[1:], late[1]):
        each["parentSpanId"] = f"{1:016x}"
    plain = [
        call(
            3,
            took=3 * SECOND,
            name="plain",
            langfuse__observation__prompt__name="p",
            langfuse__observation__prompt__version=4,
        )
    ]
    no_call = [span(4, 1, name="no call", start=now, langfuse__observation__level="ERROR")]
    export(platform, [*agent, *late, *plain, *no_call])
    return platform


def rows_of(page, link):
    page.goto(link.get_attribute("href"))
    names = page.locator("#rows .name").all_text_contents()
    page.go_back()
    return names


def test_each_figure_leads_to_the_traces_whose_calls_it_counts(browser_page, mixed):
    page = browser_page
    page.goto("/?range=1h")
    expect(card(page, "Calls")).to_have_text("4")
    expect(card(page, "Failed")).to_have_text("25 %")
    cards = page.locator(".cards a")
    assert sorted(rows_of(page, cards.nth(0))) == ["long agent", "plain", "recovering agent"]
    assert rows_of(page, cards.nth(1)) == ["recovering agent"]
    assert rows_of(page, cards.nth(4)) == ["long agent", "plain", "recovering agent"]
    assert rows_of(page, page.locator("figure", has_text="Failed calls").locator("svg a")) == ["recovering agent"]
    models = page.locator("table.parts").nth(0)
    assert rows_of(page, models.locator("tr", has_text="gpt-6-sol").locator(".bad a")) == ["recovering agent"]
    assert models.locator("tr", has_text="claude-sonnet").locator("td.bad").count() == 0
    without = page.locator("table.parts").nth(1).locator("tr", has_text="(none)")
    assert sorted(rows_of(page, without.locator("a").first)) == ["plain", "recovering agent"]
    assert rows_of(page, without.locator("a").nth(4)) == ["plain", "recovering agent"]  # the slowest first
    for figure in (models.locator("tr", has_text="claude-sonnet").locator("a").nth(number) for number in (0, 1, 2)):
        assert rows_of(page, figure) == ["recovering agent"]
    unlinked = page.locator("table.parts").nth(2).locator("tr", has_text="(none)")
    assert sorted(rows_of(page, unlinked.locator("a").first)) == ["long agent", "recovering agent"]


def test_what_a_figure_asked_for_can_be_seen_and_changed(browser_page, mixed):
    page = browser_page
    page.goto("/?range=1h")
    page.locator("table.parts").nth(2).locator("tr", has_text="(none)").locator("a").nth(4).click()
    expect(page.locator(".chips")).to_contain_text("Order Slowest call")
    expect(page.locator(".chips")).to_contain_text("Without a prompt")
    expect(page.locator("#rows .number").first).to_have_text("9.00 s")
    expect(page.locator("thead")).to_contain_text("Slowest call")
    assert barriers(page) == []
    page.get_by_label("Calls", exact=True).select_option("failed")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#rows .name")).to_have_text(["recovering agent"])
    expect(page.locator(".chips")).to_contain_text("Without a prompt")


def test_the_slowest_are_paged_without_an_end_that_moves(browser_page, platform):
    export(platform, [call(number, 0.1, took=number * SECOND) for number in range(1, 121)])
    page = browser_page
    page.goto("/traces?sort=latency")
    rows = page.locator("#rows .name")
    expect(rows.first).to_have_text("trace 120")
    page.get_by_role("link", name="Faster").click()
    page.get_by_role("link", name="Faster").click()
    expect(rows).to_have_text([f"trace {number}" for number in range(20, 0, -1)])
    page.get_by_role("link", name="Slower").click()
    expect(rows.first).to_have_text("trace 70")
    expect(rows.last).to_have_text("trace 21")
    page.get_by_role("link", name="Slower").click()
    expect(page).to_have_url(f"{platform.url}/traces?sort=latency")


def test_the_tables_and_the_period_can_be_chosen(browser_page, busy):
    page = browser_page
    page.goto("/")
    page.get_by_role("link", name="Last 7 days").click()
    expect(card(page, "Calls")).to_have_text("699")
    page.get_by_label("Tell apart by").select_option("connection")
    page.get_by_role("button", name="Show").first.click()
    expect(page.locator(".legend").first).to_have_text("azure_busan" + "openai_seoul")
    page.get_by_text("Custom", exact=True).click()
    page.get_by_label("From (UTC)").fill("2020-01-01T00:00:00")
    page.get_by_label("Until (UTC)").fill("2020-01-02T00:00:00")
    page.get_by_role("button", name="Show").nth(1).click()
    expect(page.get_by_role("heading", name="No calls in this period")).to_be_visible()
    page.goto("/?since=2026-02-02&until=2026-01-01")
    expect(page.get_by_role("alert")).to_contain_text("no period")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_bar_its_filter_and_its_rows_say_the_same_hour_wherever_the_reader_is(open_page, platform, scripts):
    export(platform, [call(1, 3)])
    page = open_page(timezone_id="Asia/Seoul", java_script_enabled=scripts)
    page.context.request.get(platform.login_url, max_redirects=0)
    page.goto("/?range=24h")
    bar = page.locator("svg a").first
    day_and_hour = bar.locator("title").text_content().split(" UTC")[0].removesuffix(":00")
    expect(page.locator(".xs").first).to_contain_text("UTC")
    page.goto(bar.get_attribute("href"))
    expect(page.locator(".chips")).to_contain_text(f"{day_and_hour}:00:00 ")
    expect(page.locator(".chips")).to_contain_text("UTC")
    expect(page.locator("th").nth(2)).to_have_text("When (UTC)")
    expect(page.locator("#rows time")).to_contain_text(f"{day_and_hour}:")
    if scripts:
        expect(page.locator("#rows time")).to_have_attribute("title", re.compile(r"GMT\+9|KST"))
    page.locator("#rows .name").click()
    expect(page.locator("#facts time")).to_have_text(re.compile(rf"\d{{4}}-{day_and_hour}:\d\d:\d\d UTC"))


@pytest.mark.parametrize("look", [Look(width=390)], ids=str, indirect=True)
def test_a_table_that_is_cut_on_a_phone_shows_that_it_goes_on(browser_page, busy, look):
    browser_page.goto("/?range=24h")
    for table in browser_page.locator(".table").all():
        edge, heads = table.bounding_box(), [each.bounding_box() for each in table.locator("th").all()]
        right = edge["x"] + edge["width"]
        cut = [head for head in heads if head["x"] < right < head["x"] + head["width"]]
        assert cut, "a column ends just where the table is cut"
        assert right - cut[0]["x"] > 20


@pytest.mark.parametrize("calls", [0, 1, 3])
def test_a_chart_of_counts_has_whole_marks(browser_page, platform, calls):
    export(platform, [call(9, 0.1), *(call(n + 1, 0.1, langfuse__observation__level="ERROR") for n in range(calls))])
    browser_page.goto("/?range=24h")
    for name in ("Calls", "Failed calls"):
        marks = browser_page.locator("figure", has=browser_page.get_by_role("heading", name=name, exact=True))
        assert all(float(each).is_integer() for each in marks.locator(".ys span").all_text_contents())


def test_what_changed_since_the_period_before_is_told(browser_page, platform):
    export(platform, [call(1, 0.1), call(2, 0.1), call(3, 0.1), call(4, 30)])
    browser_page.goto("/?range=24h")
    expect(browser_page.locator(".cards li").first).to_contain_text("200 % more than in the period before")


def test_a_figure_can_be_read_in_a_table(browser_page, busy):
    page = browser_page
    page.goto("/?range=7d")
    figure = page.locator("figure", has_text="Calls").first
    figure.get_by_text("As a table").click()
    numbers = figure.locator("td.number").all_text_contents()
    assert sum(int(each.replace(",", "")) for each in numbers) == 699


def test_a_cost_that_nobody_knows_is_none_of_zero_in_the_charts_table(browser_page, platform):
    told = {"langfuse__observation__cost_details": '{"total": 0}', "langfuse__observation__metadata__cost": "unknown"}
    export(platform, [call(1, 0.1, **told)])
    browser_page.goto("/?range=24h")
    figure = browser_page.locator("figure", has_text="Cost").first
    figure.get_by_text("As a table").click()
    assert set(figure.locator("td.number").all_text_contents()) == {"\u2013"}


def test_the_figures_are_exported_for_spreadsheets_and_nothing_in_them_is_run(browser_page, busy):
    export(busy, [call(900, 0.2, model="=HYPERLINK(1)"), call(901, 0.2, model=' +한국,"모델"')])
    browser_page.goto("/?range=7d")
    with browser_page.expect_download() as download:
        browser_page.get_by_role("link", name="Export as CSV").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert sum(int(row["calls"]) for row in rows) == 701
    assert all(not row["model"].lstrip(" ").startswith(("=", "+", "-", "@")) for row in rows)
    response = browser_page.context.request.get(f"{busy.url}/dashboard.csv?range=1h&by=model")
    assert "'=HYPERLINK(1)" in response.text()
    assert '\' +한국,""모델""' in response.text()
    assert response.headers["content-type"].startswith("text/csv")


@pytest.mark.parametrize("period", ["1h", "24h"])
def test_a_model_that_never_answered_is_no_series_of_its_own(browser_page, platform, period):
    failed = {"langfuse__observation__level": "ERROR"}
    export(platform, [call(1, 0.1), call(2, 0.1, **failed), call(3, 0.1, model="gpt-6-slo", **failed)])
    page = browser_page
    page.goto(f"/?range={period}")
    calls = page.locator("figure", has=page.get_by_role("heading", name="Calls", exact=True))
    expect(calls.locator(".legend li")).to_have_text(["gpt-6-sol", "others"])
    calls.get_by_text("As a table").click()
    assert calls.locator("tbody td.number").all_text_contents() == ["2", "1"]
    table = page.locator("table.parts").first
    expect(table.get_by_role("link", name="gpt-6-slo", exact=True)).to_be_visible()
    response = page.context.request.get(f"{platform.url}/dashboard.csv?range={period}&by=model")
    assert {row["model"] for row in csv.DictReader(io.StringIO(response.text()))} == {"gpt-6-sol", "gpt-6-slo"}


def test_where_nothing_answered_what_was_asked_is_still_told_apart(browser_page, platform):
    failed = {"langfuse__observation__level": "ERROR"}
    export(platform, [call(1, 0.1, **failed), call(2, 0.1, model="gpt-6-slo", **failed)])
    browser_page.goto("/")
    expect(browser_page.locator("figure .legend").first.locator("li")).to_have_text(["gpt-6-slo", "gpt-6-sol"])


@pytest.mark.parametrize("period", ["1h", "24h", "30d"])
def test_calls_are_told_apart_by_user_and_by_session(browser_page, platform, period):
    who = {"user__id": "kim", "session__id": "s-1"}
    export(platform, [call(1, 0.1, **who), call(2, 0.1, **who), call(3, 0.1, user__id="lee"), call(4, 0.1)])
    page = browser_page
    page.goto(f"/?range={period}")
    page.get_by_label("Tell apart by").select_option("User")
    page.get_by_role("button", name="Show").first.click()
    expect(card(page, "Calls")).to_have_text("4")
    expect(page.locator("figure .legend").first.locator("li")).to_have_text(["kim", "(none)", "lee"])
    rows = page.locator("table.parts").first.locator("tbody tr")
    expect(rows.locator("td:first-child")).to_have_text(["kim", "(none)", "lee"])
    expect(rows.nth(0).locator("td").nth(3)).to_have_text("84")
    assert rows.nth(1).get_by_role("link").count() == 0, "no filter finds what has no user"
    rows.nth(0).get_by_role("link", name="kim").click()
    expect(page.locator("#rows tr")).to_have_count(2)
    page.goto(f"/?range={period}&by=session")
    expect(page.locator("figure .legend").first.locator("li")).to_have_text(["(none)", "s-1"])
    response = page.context.request.get(f"{platform.url}/dashboard.csv?range={period}&by=user")
    exported = list(csv.DictReader(io.StringIO(response.text())))
    assert {row["user"]: row["calls"] for row in exported} == {"kim": "2", "": "1", "lee": "1"}


def test_many_sessions_share_a_series_and_the_table_says_how_many_are_left(browser_page, platform):
    export(platform, [call(number, 0.1, session__id=f"s-{number:02}") for number in range(1, 31)])
    browser_page.goto("/?by=session")
    expect(browser_page.locator("figure .legend").first.locator("li")).to_have_count(6)
    assert browser_page.locator("table.parts").first.locator("tbody tr").count() == 20
    expect(browser_page.locator("section", has=browser_page.locator("#by-session"))).to_contain_text("10 more")


def test_environments_are_told_apart(browser_page, platform):
    export(platform, [call(1, 0.1), call(2, 0.1, langfuse__environment="staging")])
    for period in ("1h", "24h"):
        browser_page.goto(f"/?range={period}&environment=staging")
        expect(card(browser_page, "Calls")).to_have_text("1")


@pytest.mark.parametrize(
    "look", [*LOOKS, Look(language="ko-KR"), Look(width=390, language="ko-KR")], ids=str, indirect=True
)
def test_every_page_can_be_read_by_everybody(browser_page, busy, shoot, look):
    for path, picture in {
        "/": "dashboard",
        "/?range=1h": "dashboard-1h",
        "/?range=7d&by=version": "dashboard-7d",
        "/?range=7d&by=user": "dashboard-user",
        "/?since=2020-01-01&until=2020-02-01": "dashboard-none",
    }.items():
        browser_page.goto(path)
        assert (picture, barriers(browser_page)) == (picture, [])
        shoot(browser_page, picture)
