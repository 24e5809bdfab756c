"""Connections in the browser: a wrong key refused, saved anyway, rotated, tried, deleted; the first run."""

import re
import socket
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.local.ui.conftest import LOOKS, Look
from tests.local.ui.playing import register
from tests.local.ui.readable import barriers

from genai_sdk import GenAIClient
from genai_sdk.catalogue import ADAPTERS, Adapter
from genai_sdk.local.platform import Platform
from genai_sdk.local.ui.language import LANGUAGES, Words
from genai_sdk.secret import Secret

WRONG, GOOD = "sk-wrong-canary-0001", "sk-simulated-canary-0002"


def begin(page: Page, platform: Platform, name: str = "team") -> None:
    page.goto(f"{platform.url}/connections/new?adapter=azure")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Base URL").fill(f"{platform.url}/simulated/seoul/openai/deployments")
    page.get_by_label("Models", exact=True).fill("gpt-6-luna")


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()


def test_a_wrong_key_is_refused_with_the_reason_and_the_right_one_is_kept(
    browser_page: Page, platform: Platform
) -> None:
    page = browser_page
    begin(page, platform)
    page.get_by_label("API key").fill(WRONG)
    press(page, "Test and save")
    expect(page.get_by_role("alert")).to_contain_text("invalid subscription key")
    expect(page.get_by_role("alert")).to_contain_text("Nothing was saved")
    expect(page.get_by_role("alert")).not_to_contain_text("Langfuse")
    assert platform.store.connections.find("team") is None
    assert WRONG not in page.content(), "a secret never goes back to the browser"
    page.get_by_label("API key").fill(GOOD)
    press(page, "Test and save")
    expect(page.get_by_role("status")).to_contain_text("It answered")
    expect(page.get_by_role("row", name=re.compile("team"))).to_contain_text("works")
    assert GOOD not in page.content()
    (record,), _ = platform.store.connections.records(["team"])
    assert record.secret == Secret(GOOD)


def test_a_provider_that_cannot_be_reached_is_not_said_to_have_refused(browser_page: Page, platform: Platform) -> None:
    page = browser_page
    begin(page, platform)
    heading = page.get_by_role("alert").get_by_role("heading")
    page.get_by_label("API key").fill(WRONG)
    press(page, "Test and save")
    expect(heading).to_have_text("The provider refused it")
    with socket.socket() as closed:  # bound, and nobody listens
        closed.bind(("127.0.0.1", 0))
        page.get_by_label("Base URL").fill(f"http://127.0.0.1:{closed.getsockname()[1]}/openai/deployments")
        press(page, "Test and save")
        expect(heading).to_have_text("The provider cannot be reached")


def test_a_refused_key_can_be_saved_anyway_without_typing_it_twice(browser_page: Page, platform: Platform) -> None:
    page = browser_page
    begin(page, platform)
    page.get_by_label("API key").fill(WRONG)
    press(page, "Test and save")
    press(page, "Save anyway, unverified")
    expect(page.get_by_role("row", name=re.compile("team"))).to_contain_text("unverified")
    (record,), _ = platform.store.connections.records(["team"])
    assert record.secret == Secret(WRONG)


def test_the_old_key_is_kept_until_the_new_one_passes(browser_page: Page, platform: Platform) -> None:
    page = browser_page
    begin(page, platform)
    page.get_by_label("API key").fill(GOOD)
    press(page, "Test and save")
    page.get_by_role("link", name="team", exact=True).click()
    page.get_by_label("API key").fill(WRONG)
    press(page, "Test and save")
    expect(page.get_by_role("alert")).to_contain_text("stays in use")
    (record,), _ = platform.store.connections.records(["team"])
    assert record.secret == Secret(GOOD)
    page.goto(f"{platform.url}/connections/edit?name=team")
    page.get_by_label("Models", exact=True).fill("gpt-6-sol\ngpt-6-luna")
    press(page, "Test and save")
    expect(page.get_by_role("status")).to_contain_text("It answered")
    (record,), _ = platform.store.connections.records(["team"])
    assert (record.secret, record.custom_models) == (Secret(GOOD), ("gpt-6-sol", "gpt-6-luna"))


def test_connections_are_listed_in_the_order_that_they_answer_in(browser_page: Page, platform: Platform) -> None:
    for name in ("b", "a", "c"):
        register(platform, name)
    browser_page.goto(f"{platform.url}/connections")
    with GenAIClient() as client:
        order = [each.connection for each in client.explain("gpt-6-luna").candidates]
    assert order == ["b", "a", "c"]
    assert browser_page.locator("table a.name").all_inner_texts() == order
    expect(browser_page.locator("main")).to_contain_text("They answer in this order")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("adapter", ADAPTERS.values(), ids=lambda each: each.name)
def test_each_adapter_says_what_its_base_url_is(adapter: Adapter, language: str) -> None:
    words = Words(language)(f"connections.base_url_help_{adapter.name}")
    assert adapter.needs_base_url != any(each in words for each in ("Left empty", "비워 두면"))
    assert "https://" in words or adapter.name == "bedrock"


def test_the_form_of_an_adapter_says_what_its_base_url_is(browser_page: Page, platform: Platform) -> None:
    browser_page.goto(f"{platform.url}/connections/new?adapter=azure")
    expect(browser_page.get_by_label("Base URL")).to_have_accessible_description(re.compile("my-team.openai.azure.com"))
    expect(browser_page.get_by_label("Model to try it with")).not_to_have_accessible_description(re.compile("default"))


def test_a_connection_is_tried_again_and_deleted_by_its_name(browser_page: Page, platform: Platform) -> None:
    page = browser_page
    page.goto(platform.url)
    press(page, "Add simulated providers")
    expect(page.get_by_role("status")).to_contain_text("ready to be called")
    assert page.get_by_role("button", name="Add simulated providers").count() == 0
    page.get_by_role("button", name="Test simulated_azure_seoul").click()
    expect(page.get_by_role("status")).to_contain_text("Tried")
    page.get_by_role("link", name="Delete simulated_azure_seoul").click()
    page.get_by_label("Type simulated_azure_seoul to confirm").fill("something else")
    press(page, "Delete")
    expect(page.get_by_role("alert")).to_contain_text("not the name")
    page.get_by_label("Type simulated_azure_seoul to confirm").fill("simulated_azure_seoul")
    press(page, "Delete")
    expect(page.get_by_role("status")).to_contain_text("Deleted")
    assert platform.store.connections.find("simulated_azure_seoul") is None


def test_what_is_done_is_no_longer_offered_as_the_next_step(browser_page: Page, platform: Platform) -> None:
    page = browser_page
    page.goto(platform.url)
    expect(page.locator("main .primary")).to_have_text("Add simulated providers")
    register(platform, "team")
    page.reload()
    expect(page.get_by_role("button", name="Add simulated providers")).not_to_have_class("primary")
    press(page, "Add simulated providers")
    page.goto(platform.url)
    expect(page.get_by_role("heading", name="Give it a provider")).to_contain_text("done")
    assert page.get_by_role("button", name="Add simulated providers").count() == 0
    assert page.locator("main .primary").count() == 0


def test_an_address_inside_the_network_is_refused(browser_page: Page, platform: Platform) -> None:
    page = browser_page
    begin(page, platform)
    page.get_by_label("API key").fill(GOOD)
    page.get_by_label("Base URL").fill("http://169.254.169.254/openai/deployments")
    press(page, "Test and save")
    expect(page.get_by_role("alert")).to_contain_text("not a public address")
    assert platform.store.connections.find("team") is None


def test_what_is_missing_is_said_beside_its_field(browser_page: Page, platform: Platform) -> None:
    page = browser_page
    page.goto(f"{platform.url}/connections/new?adapter=bedrock")
    page.get_by_label("Name").fill("aws")
    press(page, "Test and save")
    assert page.get_by_role("alert").all_inner_texts() == ["This is needed."] * 2


def test_a_name_that_is_taken_is_not_overwritten(browser_page: Page, platform: Platform) -> None:
    page = browser_page
    for _ in range(2):
        begin(page, platform)
        page.get_by_label("API key").fill(GOOD)
        press(page, "Test and save")
    expect(page.get_by_role("alert")).to_contain_text("already")


def test_hostile_names_are_shown_and_not_run(browser_page: Page, platform: Platform) -> None:
    page = browser_page
    name = "<script>document.title = 'run'</script>"
    begin(page, platform, name)
    page.get_by_label("API key").fill(GOOD)
    press(page, "Test and save")
    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    assert page.title() != "run"


@pytest.mark.parametrize("look", LOOKS, ids=str, indirect=True)
@pytest.mark.parametrize("path", ["/", "/connections", "/connections/new", "/connections/new?adapter=bedrock"])
def test_the_pages_can_be_read_by_everybody(
    browser_page: Page, platform: Platform, look: Look, shoot: Callable[..., None], path: str
) -> None:
    page = browser_page
    if path == "/connections":
        page.goto(platform.url)
        page.locator("form[action='/connections/simulated'] button").first.click()
        page.wait_for_url("**/connections*")
    page.goto(platform.url + path)
    shoot(page, "connections" + re.sub(r"\W+", "-", path))
    assert barriers(page) == []
