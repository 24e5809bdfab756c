"""The ground that tests of pages stand on: it notices what it is there to notice."""

import pytest
from playwright.sync_api import Page, expect
from tests.local.ui.conftest import Look
from tests.local.ui.readable import barriers


def test_a_browser_that_is_not_logged_in_is_asked_to(open_page, platform):
    page = open_page()
    page.goto("/prompts")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    assert barriers(page) == []
    page.get_by_label("Login key").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("That is not it")
    page.get_by_label("Login key").fill(platform.login_url.partition("key=")[2])
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/prompts")


@pytest.mark.parametrize(
    "look",
    [Look(width=width, language=code) for width in (390, 320) for code in ("ko-KR", "en-US")],
    ids=str,
    indirect=True,
)
def test_the_names_at_the_foot_of_a_phone_stay_on_one_line(browser_page):
    page = browser_page
    page.goto("/playground")
    heights = [each.bounding_box()["height"] for each in page.locator(".nav a span").all()]
    assert len(heights) == 5
    assert len(set(heights)) == 1
    assert barriers(page) == []


@pytest.mark.parametrize(
    ("html", "wrong"),
    [
        ("<h1>a</h1><main><input></main>", "a field without a label"),
        ("<h1>a</h1><main><h3>b</h3></main>", "h3 after h1"),
        ("<h1>a</h1><main><button></button></main>", "nothing to call this by"),
        ("<h1>a</h1><main><table width=3000><td>b</table></main>", "wider than the window"),
    ],
)
def test_a_barrier_is_noticed(open_page, html, wrong):
    page: Page = open_page()
    page.set_content(f"<html lang=en><title>t</title><body>{html}")
    assert any(wrong in each for each in barriers(page))
