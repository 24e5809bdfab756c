"""The pages of prompts, walked as a person would."""

import re

import pytest
from playwright.sync_api import expect
from tests.local.ui.conftest import LOOKS, Look
from tests.local.ui.playing import generation_of, register, traces
from tests.local.ui.readable import barriers

from genai_sdk import GenAIClient
from genai_sdk.langfuse.new_prompt import NewPrompt

HTML = "<script>window.ran = true</script><img src=x onerror='window.ran = true'> {{name}}"
CHAT = [
    {"role": "system", "content": "You answer questions about {{product}}.\n\nBe brief.\nBe kind."},
    {"type": "placeholder", "name": "history"},
    {"role": "user", "content": "{{question}}"},
]
KINDER = [
    {"role": "system", "content": "You answer every question about {{product}}.\n\nBe brief.\nBe kind."},
    *CHAT[1:],
]


def written(platform, name, prompt, **more):
    kind = "text" if isinstance(prompt, str) else "chat"
    return platform.store.prompts.create(NewPrompt(name=name, prompt=prompt, type=kind, **more), author="jane")


@pytest.fixture
def filled(platform):
    """A platform with two versions of a chat, in folders, and others beside them."""
    written(platform, "support/answer", CHAT, labels=["production"], tags=["support"], commit_message="First words")
    config = {"model": "gpt-6-luna", "temperature": 0.2}
    written(platform, "support/answer", KINDER, labels=["staging"], config=config, commit_message="Every question")
    written(platform, "support/style", "Write in {{language}}.", labels=["production"])
    written(platform, "translate", "@@@langfusePrompt:name=support/style|label=production@@@\n\n{{text}}")
    return platform


def test_a_prompt_is_written_changed_compared_promoted_and_used(browser_page, platform):
    page = browser_page
    page.goto("/prompts")
    page.get_by_role("link", name="Write the first prompt").click()
    page.get_by_label("Name").fill("greeting")
    page.get_by_label("Content").nth(0).fill("You are polite.")
    page.get_by_label("Content").nth(1).fill("Greet {{name}}!")
    expect(page.get_by_label("name", exact=True)).to_be_visible()  # the preview found the variable by itself
    page.get_by_label("name", exact=True).fill("Ada")
    expect(page.locator("#filled")).to_contain_text("Greet Ada!")
    page.get_by_label("Labels").fill("production")
    page.get_by_role("button", name="Save version 1").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")

    page.get_by_role("link", name="New version").click()
    page.get_by_role("button", name="Placeholder").click()
    page.get_by_label("Name of the placeholder").fill("history")
    page.get_by_role("button", name="Move up 3").click()
    expect(page.get_by_label("Name of the placeholder")).to_have_id("content-2")
    page.get_by_label("Content").nth(1).fill("Greet {{name}} warmly!")
    page.get_by_label("What changed, and why").fill("Warmer")
    page.get_by_label("Author").fill("Grace")
    page.get_by_role("button", name="Save version 2").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    version = platform.store.prompts.find("greeting", version=2)
    assert [message.get("role", message.get("name")) for message in version.prompt] == ["system", "history", "user"]
    assert (version.created_by, version.commit_message) == ("Grace", "Warmer")

    page.get_by_role("link", name="Compare").click()
    expect(page.locator(".changed .right mark, .added .right mark").first).to_be_visible()
    page.go_back()
    page.wait_for_url("**/prompts/show?*")
    page.get_by_role("link", name="Version 2").click()
    page.get_by_role("link", name="Promote to production").click()
    expect(page.get_by_text("production moves from version 1 to version 2.")).to_be_visible()
    page.get_by_role("button", name="Move production").click()
    expect(page.get_by_role("status")).to_contain_text("Label moved")
    assert platform.store.prompts.labels("greeting") == {"latest": 2, "production": 2}

    code = page.locator("section", has=page.get_by_role("heading", name="Use it")).locator("code").text_content()
    register(platform, "seoul")
    world: dict = {}
    exec(code, world)
    with world["client"]:
        (generation,) = [generation_of(trace) for trace in traces(platform, 1)]
    assert generation.prompt == ("greeting", 2)
    assert [each["content"] for each in generation.input] == ["You are polite.", "Hello!", "Greet ... warmly!"]


def test_everything_works_without_scripts(plain_page, platform):
    page = plain_page
    page.goto("/prompts/new?folder=mail")
    page.get_by_label("Name").fill("mail/reply")
    page.get_by_role("button", name="Remove 1").click()
    page.get_by_label("Content").fill("Answer {{mail}}")
    page.get_by_role("button", name="Message", exact=True).click()
    page.get_by_label("Content").nth(1).fill("Dear")
    page.get_by_role("button", name="Move down 1").click()
    page.get_by_role("button", name="Refresh the preview").click()
    page.get_by_label("mail", exact=True).fill("this")
    page.get_by_role("button", name="Refresh the preview").click()
    expect(page.locator("#filled")).to_contain_text("Answer this")
    page.get_by_role("button", name="Save version 1").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    assert [each["content"] for each in platform.store.prompts.find("mail/reply", version=1).prompt] == [
        "Dear",
        "Answer {{mail}}",
    ]


def test_a_prompt_that_is_wrong_is_not_saved_and_nothing_typed_is_lost(browser_page, platform):
    page = browser_page
    page.goto("/prompts/new")
    page.get_by_role("button", name="Text", exact=True).click()
    page.get_by_label("Name").fill("a|b")
    page.get_by_label("Text", exact=True).fill("Hello {{you}}")
    page.get_by_label("Config").fill('{\n  "a": 1,\n}')
    page.get_by_label("Labels").fill("Not Good")
    page.get_by_role("button", name="Save version 1").click()
    expect(page.get_by_role("alert")).to_contain_text("3 fields below need a change")
    expect(page.locator("#fault-config")).to_contain_text(re.compile("line [23], column"))
    expect(page.get_by_label("Name")).to_have_attribute("aria-describedby", "fault-name")
    expect(page.get_by_label("Text", exact=True)).to_have_value("Hello {{you}}")
    expect(page.get_by_label("Config")).to_have_value('{\n  "a": 1,\n}')
    assert barriers(page) == []
    assert platform.store.prompts.entries(10, 0) == ([], 0)


def test_a_message_that_was_left_empty_is_not_saved_and_a_prompt_needs_one(browser_page, platform):
    page = browser_page
    page.goto("/prompts/new")
    page.get_by_label("Name").fill("greeting")
    page.get_by_role("button", name="Save version 1").click()
    expect(page.get_by_role("alert")).to_contain_text("1 field below needs a change")
    expect(page.locator("#fault-prompt")).to_contain_text("Empty messages are left out")
    page.get_by_label("Content").nth(1).fill("Hello")
    page.get_by_role("button", name="Save version 1").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    assert platform.store.prompts.find("greeting", version=1).prompt == [{"role": "user", "content": "Hello"}]


def test_a_name_that_is_taken_and_a_version_written_meanwhile_are_told(browser_page, filled):
    page = browser_page
    page.goto("/prompts/new")
    page.get_by_label("Name").fill("translate")
    page.get_by_label("Content").nth(1).fill("Hello")
    page.get_by_role("button", name="Save version 1").click()
    expect(page.locator("#fault-name")).to_contain_text("already a prompt of this name")
    page.goto("/prompts/write?name=translate")
    written(filled, "translate", "other")
    page.get_by_label("Text", exact=True).fill("mine")
    page.get_by_role("button", name="Save version 2").click()
    expect(page.locator("#fault-name")).to_contain_text("Version 2 was written meanwhile")
    page.get_by_role("button", name="Save version 3").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    assert filled.store.prompts.find("translate", version=3).prompt == "mine"


def test_html_in_a_prompt_is_shown_and_not_run(browser_page, platform):
    page = browser_page
    chat = [{"role": "<b>role</b>", "content": HTML}, {"role": "tool", "content": "x", "tool_call_id": HTML}]
    written(platform, "a/b&c?d#e%2F\"'", chat, tags=["<i>tag</i>"], config={"x": HTML}, commit_message=HTML)
    written(platform, "a/b&c?d#e%2F\"'", chat[:1], commit_message=HTML)
    page.goto("/prompts?folder=a")
    page.get_by_role("link", name="b&c").click()
    expect(page.locator(".bubble").first).to_contain_text("<script>window.ran = true</script>")
    expect(page.locator("mark.variable").first).to_have_text("{{name}}")
    for link, path in {"Compare": "compare", "New version": "write", "Delete prompt": "delete"}.items():
        page.get_by_role("link", name=link, exact=True).click()
        page.wait_for_url(f"**/prompts/{path}?*")
        assert barriers(page) == []
        page.go_back()
        page.wait_for_url("**/prompts/show?*")
    assert page.evaluate("window.ran") is None


@pytest.mark.parametrize("look", [Look(width=390, language="ko-KR")], ids=str, indirect=True)
def test_a_version_that_was_used_stands_in_one_line_on_a_narrow_screen(browser_page, filled, look):
    register(filled, "seoul")
    with GenAIClient() as client:
        client.completion("gpt-6-luna", prompt="support/style", variables={"language": "Korean"})
    traces(filled, 1)
    browser_page.goto("/prompts/show?name=support/style")
    link = browser_page.locator("section[aria-labelledby=used] td a")
    assert link.evaluate("link => link.getClientRects().length") == 1


def test_references_are_shown_as_written_and_resolved(browser_page, filled):
    page = browser_page
    page.goto("/prompts/show?name=translate")
    expect(page.locator(".bubble")).to_contain_text("Write in {{language}}.")
    page.get_by_role("link", name="As written").click()
    page.get_by_role("link", name="@@@langfusePrompt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("support/style")
    page.get_by_role("link", name="Remove label production").click()
    page.get_by_role("button", name="Remove the label").click()
    expect(page.get_by_role("alert")).to_contain_text("Prompt dependency not found")


def test_folders_searches_and_tags_find_prompts(browser_page, filled):
    page = browser_page
    page.goto("/prompts")
    expect(page.locator("tbody .name")).to_have_text(["support", "translate"])
    page.get_by_role("link", name="support").click()
    expect(page.locator("tbody .name")).to_have_text(["answer", "style"])
    page.goto("/prompts?q=ANSW")
    expect(page.locator("tbody .name")).to_have_text(["support/answer"])
    page.get_by_label("Tag", exact=True).select_option("support")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("tbody .name")).to_have_text(["support/answer"])
    page.get_by_label("Search by name").fill("nothing like it")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", level=2)).to_have_text("Nothing found")


def test_a_long_list_comes_in_pages(browser_page, platform):
    for number in range(52):
        written(platform, f"p{number:02}", "x")
    page = browser_page
    page.goto("/prompts")
    expect(page.locator("tbody tr")).to_have_count(50)
    page.get_by_role("link", name="Next").click()
    expect(page.locator("tbody .name")).to_have_text(["p50", "p51"])


def test_a_version_and_a_prompt_are_deleted_by_typing_the_name(browser_page, filled):
    page = browser_page
    page.goto("/prompts/show?name=support/answer&version=1")
    page.get_by_role("link", name="Delete this version").click()
    page.get_by_label("Type the prompt's name").fill("answer")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("alert")).to_contain_text("nothing was deleted")
    page.get_by_label("Type the prompt's name").fill("support/answer")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("status")).to_contain_text("Deleted")
    assert [each.version for each in filled.store.prompts.versions("support/answer")] == [2]
    page.goto("/prompts/delete?name=support/style")
    page.get_by_label("Type the prompt's name").fill("support/style")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("alert")).to_contain_text("another prompt needs it")
    page.goto("/prompts/delete?name=translate")
    page.get_by_label("Type the prompt's name").fill("translate")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("status")).to_contain_text("Deleted")
    assert filled.store.prompts.versions("translate") == []


@pytest.mark.parametrize("path", ["write", "label", "unlabel", "delete"])
def test_a_form_without_its_token_is_refused(browser_page, filled, path):
    given = {"name": "translate", "version": "1", "label": "production", "typed": "translate", "do": "save"}
    response = browser_page.context.request.post(f"{filled.url}/prompts/{path}", form=given)
    assert response.status == 403
    assert len(filled.store.prompts.versions("translate")) == 1
    assert filled.store.prompts.labels("translate") == {"latest": 1}


@pytest.mark.parametrize("path", ["show?name=no", "show?name=translate&version=9", "write?name=no", "compare?name=no"])
def test_what_is_not_there_is_told(browser_page, filled, path):
    response = browser_page.goto(f"/prompts/{path}")
    assert response.status == 404
    expect(browser_page.get_by_role("alert")).to_contain_text(re.compile("There is no prompt|has no version"))


@pytest.mark.parametrize(
    "look", [*LOOKS, Look(language="ko-KR"), Look(width=390, language="ko-KR")], ids=str, indirect=True
)
def test_every_page_can_be_read_by_everybody(browser_page, filled, shoot, look):
    page = browser_page
    name = "name=support/answer"
    for path, picture in {
        "": "prompts",
        "?folder=support": "prompts-folder",
        "/new": "prompt-new",
        f"/write?{name}": "prompt-write",
        f"/show?{name}": "prompt",
        f"/show?{name}&version=2": "prompt-2",
        "/show?name=translate": "prompt-composed",
        "/write?name=translate": "prompt-text",
        f"/compare?{name}": "prompt-compare",
        f"/label?{name}&version=2&label=production": "prompt-label",
        f"/unlabel?{name}&version=1&label=production": "prompt-unlabel",
        f"/delete?{name}": "prompt-delete",
    }.items():
        page.goto(f"/prompts{path}")
        assert (picture, barriers(page)) == (picture, [])
        assert page.locator("html").get_attribute("lang") == look.language[:2]
        if look.language == "ko-KR":
            assert re.search(
                "[가-힣]", page.get_by_role("heading", level=1).text_content() + page.locator("main").text_content()
            )
        shoot(page, picture)


def test_a_prompt_written_on_the_page_is_had_through_the_api(browser_page, platform):
    page = browser_page
    page.goto("/prompts/new")
    page.get_by_role("button", name="Text", exact=True).click()
    page.get_by_label("Name").fill("new/한글")
    page.get_by_label("Text", exact=True).fill("\n안녕 {{name}}")
    page.get_by_label("Labels").fill("production")
    page.get_by_role("button", name="Save version 1").click()
    expect(page.get_by_role("status")).to_be_visible()
    known = platform.credentials
    with GenAIClient(public_key=known.public_key, secret_key=known.secret_key, host=platform.url) as client:
        assert client.get_prompt("new/한글", variables={"name": "Ada"}) == "\n안녕 Ada"


def test_the_address_that_errors_give_opens_the_prompt(browser_page, platform, filled):
    browser_page.goto(f"/project/{platform.credentials.project_id}/prompts/support%2Fanswer?version=1")
    browser_page.wait_for_url("**/prompts/show?name=support%2Fanswer&version=1")
    assert browser_page.goto("/project/another/prompts/support%2Fanswer").status == 404
