"""Pictures of the local platform's pages for docs/local.md, made from the real ones: `make pictures`.

It starts a platform of its own, has simulated providers answer some calls, and looks at the pages with Chromium.
"""

import shutil
import sys
import tempfile
import time
from pathlib import Path

import msgspec
from playwright.sync_api import sync_playwright

from genai_sdk import GenAIClient
from genai_sdk.langfuse.new_connection import read_connection
from genai_sdk.langfuse.new_prompt import NewPrompt
from genai_sdk.local import Platform
from genai_sdk.local.simulated import ready_connection

HERE = Path(__file__).parent
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def fill(platform: Platform) -> None:
    """Register two regions and call them, once with a model that is down."""
    for region in ("seoul", "usa"):
        ready = ready_connection(platform.url, region, "azure")
        platform.store.connections.put(read_connection(msgspec.json.encode(ready.body())))
    for text in ("Say hello to {{name}}.", "Greet {{name}} in Korean, politely."):
        platform.store.prompts.create(NewPrompt(name="greeting", prompt=text, labels=["production"]), author="mina")
    known = platform.credentials
    with GenAIClient(
        host=platform.url,
        public_key=known.public_key,
        secret_key=known.secret_key,
        router_args={"fallbacks": [{"*": ["simulated-small"]}], "num_retries": 0},
    ) as client:
        for number in range(24):
            model = ("gpt-6-luna", "gpt-6-sol", "simulated-large")[number % 3]
            client.completion(model, prompt="greeting", variables={"name": "Mina"}, user_id=f"user-{number % 5}")
        client.completion("simulated-down", [{"role": "user", "content": "Is anybody there?"}], trace_name="fallback")
        client.flush()
    time.sleep(0.2)


def main() -> None:
    """Write the pictures beside this file."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("there is no Chromium on this machine: install it to draw the pictures")
    with (
        tempfile.TemporaryDirectory() as home,
        Platform(Path(home), port=0) as platform,
        sync_playwright() as playwright,
    ):
        fill(platform)
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = browser.new_context(viewport={"width": 1280, "height": 860}, color_scheme="light").new_page()
        page.goto(platform.login_url)
        page.goto(f"{platform.url}/?range=24h")
        page.screenshot(path=HERE / "dashboard.png")
        page.goto(f"{platform.url}/traces?name=fallback")
        page.locator("table a").first.click()
        page.wait_for_load_state()
        page.screenshot(path=HERE / "trace.png")
        browser.close()


if __name__ == "__main__":
    main()
