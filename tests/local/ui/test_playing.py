"""What the playground's page asks the platform for, over HTTP and without a browser."""

import asyncio

import msgspec
import pytest
from tests.local.ui.playing import (
    CHAT,
    MODEL,
    attach,
    behave,
    events,
    generation_of,
    logged_in,
    register,
    setup,
    traces,
    written,
)

from genai_sdk.errors import ClientClosedError
from genai_sdk.local.ui.draft import Draft, DraftLine
from genai_sdk.local.ui.lanes import LaneResult, TextPiece, play
from genai_sdk.local.ui.play import Play, Setup, setup_of
from genai_sdk.local.ui.player import Player
from genai_sdk.testing import FakeProvider, Reply

LINES = [DraftLine("message", "system", ""), DraftLine("message", "user", "Hello {{name}}")]


@pytest.fixture
def browser(platform):
    """A client that is logged in to a platform with a connection."""
    register(platform, "seoul")
    with logged_in(platform) as client:
        yield client


def test_each_piece_comes_as_a_line_and_the_end_with_its_facts(browser, platform):
    happened = events(browser.post("/playground/run", json=setup(models=[MODEL, f"seoul/{MODEL}"])))
    for lane in (0, 1):
        mine = [each for each in happened if each["lane"] == lane]
        assert mine[0]["trace"].startswith("/traces/")
        assert len([each for each in mine if "text" in each]) > 3
        assert (mine[-1]["done"], mine[-1]["error"], mine[-1]["trace"]) == (True, None, mine[0]["trace"])
        assert mine[-1]["facts"][0] == ["Served by", f"seoul · {MODEL}"]
        # Its trace is there by the time that the page says so.
        assert platform.store.traces.find(mine[-1]["trace"].removeprefix("/traces/")).session_id == "here"


def test_an_answer_that_was_cut_short_says_so(browser):
    ended = events(browser.post("/playground/run", json=setup(max_tokens="3")))[-1]
    assert ["Ended by", "length"] in ended["facts"]


def test_the_call_of_a_tool_is_shown_as_what_it_is(browser, platform):
    tool = {"type": "function", "function": {"name": "clock", "parameters": {"type": "object"}}}
    draft = {**setup()["draft"], "config": msgspec.json.encode({"tools": [tool]}).decode()}
    with FakeProvider("fake") as fake:
        attach(platform, fake)
        fake.script(Reply(tool_calls=[("clock", {"zone": "Asia/Seoul"})]))
        happened = events(browser.post("/playground/run", json=setup(draft=draft, models=[f"fake/{MODEL}"])))
    shown = "".join(each.get("text", "") for each in happened)
    assert '"name": "clock"' in shown
    assert "Asia/Seoul" in shown
    assert ["Ended by", "tool_calls"] in happened[-1]["facts"]
    assert fake.journal[-1].body["tools"] == [tool]


def test_the_models_are_remembered(browser):
    browser.post("/playground/run", json=setup(models=[f"seoul/{MODEL}", "", "other"]))
    shown = browser.get("/playground").text
    assert all(f'value="{model}" list="offered"' in shown for model in (f"seoul/{MODEL}", "other"))


def test_pieces_come_before_the_answer_is_complete(browser, platform):
    behave(platform, "seoul", between=5)
    with browser.stream("POST", "/playground/run", json=setup()) as response:
        lines = response.iter_lines()
        assert "trace" in next(lines)
        assert "text" in msgspec.json.decode(next(lines))


def test_a_call_ends_when_nobody_listens_any_more(browser, platform):
    behave(platform, "seoul", between=5)
    with browser.stream("POST", "/playground/run", json=setup()) as response:
        lines = response.iter_lines()
        next(lines), next(lines)
    (trace,) = traces(platform, 1)
    stopped = generation_of(trace)
    assert stopped.usage == {}  # which the provider tells at the end of an answer
    assert stopped.status_message is not None


def test_a_platform_that_stops_says_so_in_every_lane(browser, platform):
    behave(platform, "seoul", between=5)
    with browser.stream("POST", "/playground/run", json=setup(models=[MODEL, MODEL])) as response:
        lines = response.iter_lines()
        next(lines)
        platform.stop()
        happened = [msgspec.json.decode(line) for line in lines]
    ended = {each["lane"]: each["error"] for each in happened if each.get("done")}
    assert set(ended) == {0, 1}
    assert all("closed" in error for error in ended.values())


def test_a_connection_registered_a_moment_ago_serves_and_a_deleted_one_does_not(browser, platform):
    assert events(browser.post("/playground/run", json=setup()))[-1]["error"] is None
    register(platform, "usa")
    assert events(browser.post("/playground/run", json=setup(models=[f"usa/{MODEL}"])))[-1]["error"] is None
    platform.store.connections.delete(platform.store.connections.find("usa").id)
    assert events(browser.post("/playground/run", json=setup(models=[f"usa/{MODEL}"])))[-1]["error"] is not None


@pytest.mark.parametrize(
    "headers", [{"x-form-token": ""}, {"x-form-token": "wrong"}, {"origin": "http://evil.example"}]
)
def test_a_request_that_is_not_our_pages_is_refused(browser, platform, headers):
    assert browser.post("/playground/run", json=setup(), headers=headers).status_code == 403
    assert browser.post("/playground", data={"do": "run"}, headers=headers).status_code == 403


def test_nobody_plays_who_is_not_logged_in(browser):
    browser.cookies.clear()
    assert browser.post("/playground/run", json=setup()).status_code == 401
    del browser.headers["x-form-token"]
    assert browser.get("/playground").status_code == 303


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"{", "truncated"),
        (b"[]", "Expected `object`"),
        (b'{"draft": {}, "model": "x"}', "unknown field `model`"),
        (b'{"draft": {}, "models": "x"}', "Expected `array`"),
        (b'{"models": []}', "missing required field `draft`"),
        (b"[" * 100_000, "The body is no playground's"),
    ],
)
def test_a_body_of_another_form_is_refused(browser, body, told):
    response = browser.post("/playground/run", content=body)
    assert response.status_code == 400
    assert told in response.json()["message"]


@pytest.mark.parametrize(
    ("change", "field", "told"),
    [
        ({"models": [MODEL] * 4}, "model-1", "At most 3 models."),
        ({"models": ["", " "]}, "model-1", "Name a model first."),
        ({"models": [MODEL, "x" * 301]}, "model-2", "no model's name"),
        ({"temperature": "2.1"}, "temperature", "from 0 to 2"),
        ({"temperature": "nan"}, "temperature", "from 0 to 2"),
        ({"max_tokens": "0"}, "max_tokens", "whole number"),
        ({"max_tokens": "1.5"}, "max_tokens", "whole number"),
        ({"draft": {"lines": []}}, "prompt", "Empty messages are left out."),
        ({"draft": {"lines": [{"content": ""}, {"content": " "}]}}, "prompt", "Empty messages are left out."),
        ({"draft": {"type": "text", "text": " "}}, "prompt", "write something first"),
        ({"draft": {"lines": [{"kind": "placeholder", "content": "past"}]}}, "prompt", "every placeholder is empty"),
        ({"draft": {"lines": [{"kind": "json", "content": "{"}]}}, "lines.0", "Not valid here"),
        ({"draft": {"type": "text", "text": "Hi {{you}}"}}, "sample:you", "Fill in you:"),
        ({"draft": {"type": "text", "text": "Hi {{you}}", "samples": {"you": ""}}}, "sample:you", "Fill in you:"),
        (
            {"draft": {"lines": [{"kind": "placeholder", "content": "past"}], "samples": {"past": '["x"]'}}},
            "sample:past",
            "needs a list of messages",
        ),
        (
            {"draft": {"type": "text", "text": "@@@langfusePrompt:name=gone|label=production@@@"}},
            "prompt",
            "Prompt dependency not found",
        ),
    ],
)
def test_what_is_wrong_is_told_by_field(browser, platform, change, field, told):
    response = browser.post("/playground/run", json=setup(**change))
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    assert told in response.json()["faults"][field]
    korean = browser.post("/playground/run", json=setup(**change), headers={"accept-language": "ko"})
    assert korean.json()["message"] == "실행하지 않았습니다. 고칠 것이 있습니다."


def test_a_prompt_that_was_changed_is_not_linked_and_its_references_are_filled(platform):
    written(platform, "style", "Write in {{language}}.", labels=["production"])
    written(
        platform,
        "ask",
        "@@@langfusePrompt:name=style|label=production@@@ {{text}}",
        config={"top_p": 0.5, "model": MODEL},
    )
    find = platform.store.prompts.find
    form = setup_of(find("ask", version=1), "s")
    form.draft.samples = {"language": "Korean", "text": "Hello"}
    what, faults = form.read(find)
    assert faults == {}
    assert what == Play(
        models=(MODEL,),
        messages=[{"role": "user", "content": "Write in Korean. Hello"}],
        options={"top_p": 0.5},
        session="s",
        prompt=("ask", 1),
    )
    form.draft.text += "!"
    changed, _ = form.read(find)
    assert (changed.prompt, changed.messages[0]["content"]) == (None, "Write in Korean. Hello!")


def test_what_is_typed_counts_before_the_prompts_config(platform):
    config = {"temperature": 1, "max_completion_tokens": 9}
    written(platform, "ask", CHAT, config=config)
    form = setup_of(platform.store.prompts.find("ask", version=1), "")
    assert form.temperature == "1"
    form.draft.samples = {"product": "tea", "question": "?"}
    form.models, form.temperature, form.max_tokens = [MODEL], "0", "5"
    what, faults = form.read(platform.store.prompts.find)
    assert faults == {}
    assert (what.options, len(what.messages)) == ({"temperature": 0, "max_completion_tokens": 5}, 2)
    form.temperature = form.max_tokens = ""  # as it is emptied on the page, where it stood
    what, _ = form.read(platform.store.prompts.find)
    assert what.options == {}


@pytest.mark.parametrize(
    ("config", "fields", "saved"),
    [
        ({}, {}, {"model": MODEL}),
        ({}, {"temperature": " 0.5 ", "max_tokens": "9"}, {"model": MODEL, "temperature": 0.5, "max_tokens": 9}),
        ({"model": "old", "top_p": 0.1, "team": {"한": 1}}, {}, {"model": MODEL, "top_p": 0.1, "team": {"한": 1}}),
        ({"model": "old", "temperature": 1, "max_tokens": 5}, {"models": []}, {}),
        ({"max_completion_tokens": 5}, {"max_tokens": "6"}, {"model": MODEL, "max_completion_tokens": 6}),
        ({"temperature": "warm", "max_tokens": None}, {}, {"model": MODEL, "temperature": "warm", "max_tokens": None}),
        ({"temperature": 0.20}, {"temperature": "0.2"}, {"model": MODEL, "temperature": 0.2}),
        (["a list"], {"temperature": "1"}, ["a list"]),
    ],
)
def test_what_was_played_with_is_saved_beside_what_else_the_config_has(config, fields, saved):
    draft = Draft(config=msgspec.json.encode(config).decode())
    form, faults = Setup(draft=draft, **{"models": ["", f" {MODEL} "], **fields}).saved()
    assert faults == {}
    assert msgspec.json.decode(form.config) == saved


def test_what_cannot_be_saved_is_told_by_field():
    form = Setup(draft=Draft(), models=["x" * 301], temperature="hot", max_tokens="-1")
    assert set(form.saved()[1]) == {"model-1", "temperature", "max_tokens"}


def test_what_was_saved_is_read_back_when_the_prompt_is_picked(platform):
    form = Setup(draft=Draft(name="ask", lines=LINES), models=[MODEL], temperature="0.5", max_tokens="9").saved()[0]
    prompt, faults = form.read()
    assert faults == {}
    picked = setup_of(platform.store.prompts.create(prompt, author="jane"), "")
    assert (picked.models, picked.temperature, picked.max_tokens) == ([MODEL], "0.5", "9")
    written(platform, "new", CHAT, config={"max_completion_tokens": 7})
    assert setup_of(platform.store.prompts.find("new", version=1), "").max_tokens == "7"


def test_rows_that_were_left_empty_are_not_sent():
    form = Setup(draft=Draft(lines=LINES, samples={"name": "Ada"}), models=[MODEL])
    what, _ = form.read(lambda *given, **more: None)
    assert what.messages == [{"role": "user", "content": "Hello Ada"}]


def test_the_variables_of_what_a_prompt_refers_to_can_be_filled(browser, platform):
    written(platform, "style", "Write in {{language}}.", labels=["production"])
    written(platform, "ask", "@@@langfusePrompt:name=style|label=production@@@ {{text}}")
    shown = browser.get("/playground?prompt=ask").text
    assert all(f'name="sample:{name}"' in shown for name in ("language", "text"))


def test_a_prompt_with_a_blank_message_stays_linked_though_that_is_not_sent(platform):
    written(platform, "ask", [{"role": "system", "content": ""}, {"role": "user", "content": "Hi"}])
    form = setup_of(platform.store.prompts.find("ask", version=1), "")
    form.models = [MODEL]
    what, faults = form.read(platform.store.prompts.find)
    assert (faults, what.prompt, what.messages) == ({}, ("ask", 1), [{"role": "user", "content": "Hi"}])


def played(player):
    """Play once, and return what was put."""
    put = []
    what = Play(models=(MODEL,), messages=[{"role": "user", "content": "Hello"}], options={}, session="")
    asyncio.run(play(player, what, lambda lane, event: put.append(event)))
    return put


def test_a_model_that_takes_too_long_is_given_up(platform):
    register(platform, "seoul")
    behave(platform, "seoul", latency=30)
    player = Player(platform.url, platform.credentials, platform.store, seconds=0.5)
    try:
        outcome = played(player)[-1]
    finally:
        player.close()
    assert isinstance(outcome, LaneResult)
    assert outcome.error is not None
    assert outcome.trace is not None


def test_a_closed_player_says_so(platform):
    register(platform, "seoul")
    player = Player(platform.url, platform.credentials, platform.store)
    assert any(isinstance(event, TextPiece) for event in played(player))
    player.close()
    player.close()
    assert "stopping" in played(player)[-1].error


def test_a_client_is_closed_once_its_connections_changed_and_nobody_uses_it(platform):
    register(platform, "seoul")
    player = Player(platform.url, platform.credentials, platform.store)

    async def story():
        async with player.client() as first:
            async with player.client() as same:
                assert same is first
            register(platform, "usa")
            async with player.client() as second:
                assert second is not first
            assert len(await first.amodels()) == 1  # still in use, so still open
        with pytest.raises(ClientClosedError):
            await first.amodels()
        async with player.client() as third:
            assert third is second
        register(platform, "tokyo")
        async with player.client():
            with pytest.raises(ClientClosedError):
                await second.amodels()  # nobody had it when the connections changed

    try:
        asyncio.run(story())
    finally:
        player.close()
