"""The whole story in one browser, as a person would walk it, from an empty platform to the dashboard."""

from playwright.sync_api import Page, expect

from genai_sdk import GenAIClient
from genai_sdk.local.platform import Platform


def register(page: Page, platform: Platform, region: str, key: str) -> None:
    page.goto(f"{platform.url}/connections/new?adapter=azure")
    page.get_by_label("Name").fill(region)
    page.get_by_label("Base URL").fill(f"{platform.url}/simulated/{region}/openai/deployments")
    page.get_by_label("Models", exact=True).fill("gpt-6-luna\nsimulated-down")
    page.get_by_label("API key").fill(key)
    page.get_by_role("button", name="Test and save", exact=True).click()


def write(page: Page, platform: Platform, path: str, text: str) -> None:
    page.goto(platform.url + path)
    if "new" in path:
        page.get_by_label("Name").fill("greeting")
        page.get_by_label("Content").nth(0).fill("You are polite.")
    page.get_by_label("Content").nth(1).fill(text)
    page.locator("main button.primary").last.click()
    page.wait_for_url("**/prompts/show*")


def test_from_an_empty_platform_to_the_dashboard(browser_page: Page, platform: Platform) -> None:
    page = browser_page
    page.goto(platform.url)
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    expect(page.locator("details code")).to_contain_text(platform.credentials.public_key)

    register(page, platform, "seoul", "sk-of-somebody-else")
    expect(page.get_by_role("alert")).to_contain_text("invalid subscription key")
    page.get_by_label("API key").fill("sk-simulated-seoul")
    page.get_by_role("button", name="Test and save", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("It answered")
    register(page, platform, "usa", "sk-simulated-usa")
    expect(page.get_by_role("status")).to_contain_text("It answered")

    write(page, platform, "/prompts/new", "Say hello to {{name}}.")
    write(page, platform, "/prompts/write?name=greeting&from=1", "Greet {{name}} politely.")
    page.goto(f"{platform.url}/playground?prompt=greeting&version=2")
    expect(page.locator("main")).to_contain_text("greeting")
    page.goto(f"{platform.url}/prompts/label?name=greeting&version=2&label=production")
    page.locator("main button.primary").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert platform.store.prompts.labels("greeting")["production"] == 2

    router_args = {"fallbacks": [{"seoul/*": ["usa/gpt-6-luna"]}], "num_retries": 0}
    with GenAIClient(router_args=router_args) as client:
        told = client.completion("gpt-6-luna", prompt="greeting", variables={"name": "Mina"})
        past = client.completion("seoul/simulated-down", [{"role": "user", "content": "Hi"}], trace_name="past seoul")
        client.flush()
    assert told.genai.trace_url is not None
    assert past.genai.trace_url is not None

    page.goto(told.genai.trace_url)
    expect(page.locator("main")).to_contain_text("Greet Mina politely.")
    page.goto(f"{platform.url}/traces")
    expect(page.locator("main")).to_contain_text("past seoul")
    page.goto(past.genai.trace_url)
    expect(page.locator("main")).to_contain_text("attempt 2 usa")
    page.get_by_role("link", name="attempt 1 seoul").click()
    expect(page.locator("main")).to_contain_text("503")

    page.goto(f"{platform.url}/?range=1h")
    expect(page.locator("main")).to_contain_text("gpt-6-luna")
    page.goto(f"{platform.url}/prompts/show?name=greeting&version=2")
    expect(page.locator("section[aria-labelledby=used]")).to_contain_text("$")
    page.goto(f"{platform.url}/prompts/label?name=greeting&version=1&label=production")
    expect(page.locator("main")).to_contain_text("1 calls were made with version 2")
