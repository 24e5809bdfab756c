"""What the library keeps, how often it asks, and what stands in when Langfuse fails."""

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
from tests.connections.sources import PATIENCE, Clock, in_thread, settle
from tests.prompts.conftest import Get, MakeLibrary

from genai_sdk.errors import (
    AccessDeniedError,
    ClientClosedError,
    PromptNotFoundError,
    PromptVariableError,
    SourceUnavailableError,
)
from genai_sdk.prompts import PromptLibrary, cache
from genai_sdk.testing import FakeLangfuse, Slow, StallBeforeHeaders, Status


def test_a_fresh_prompt_is_asked_for_once(langfuse: FakeLangfuse, get: Get, clock: Clock) -> None:
    for seconds in (0, 30, 29):
        clock.advance(seconds)
        assert get("greeting", label="production") == get("greeting")
    assert len(langfuse.journal) == 1


def test_a_stale_prompt_is_served_at_once_and_refreshed_beside(
    langfuse: FakeLangfuse, library: PromptLibrary, get: Get, clock: Clock
) -> None:
    get("greeting")
    langfuse.prompts.create("greeting", "Hi", labels=["production"])
    clock.advance(60)
    langfuse.down()
    assert get("greeting").version == 1
    settle("genai-prompts")
    langfuse.up()
    clock.advance(10)
    assert get("greeting").version == 1
    settle("genai-prompts")
    assert get("greeting").version == 2


def test_refreshing_asks_first_and_sees_what_was_written_before(
    langfuse: FakeLangfuse, library: PromptLibrary, get: Get, clock: Clock
) -> None:
    get("greeting")
    langfuse.script(StallBeforeHeaders())
    clock.advance(60)
    get("greeting")  # a refresh that hangs
    langfuse.journal.wait_for(2)
    langfuse.prompts.create("greeting", "Hi", labels=["production"])
    assert get("greeting", refresh=True) == "Hi"
    assert get("greeting") == "Hi"


def test_an_old_answer_that_comes_late_does_not_replace_a_newer_one(
    langfuse: FakeLangfuse, library: PromptLibrary, get: Get, clock: Clock
) -> None:
    get("greeting")
    langfuse.script(Slow(0.2))  # it sends late what it decides at once
    clock.advance(60)
    get("greeting")
    (late,) = library._cache._fetches.values()
    langfuse.journal.wait_for(2)
    langfuse.prompts.create("greeting", "Hi", labels=["production"])
    assert get("greeting", refresh=True).version == 2
    assert not late.answer.done()
    assert late.answer.result(PATIENCE).value.version == 1  # type: ignore[union-attr]
    assert get("greeting").version == 2


def test_refreshing_while_langfuse_is_down_gives_the_last_good_prompt(langfuse: FakeLangfuse, get: Get) -> None:
    get("greeting")
    langfuse.down()
    assert get("greeting", refresh=True) == "Hello {{name}}!"


def test_the_last_good_prompt_serves_no_longer_than_it_may(
    langfuse: FakeLangfuse, make_library: MakeLibrary, getter: Any, clock: Clock
) -> None:
    library = make_library(max_stale=100)
    get = getter(library)
    get("greeting")
    langfuse.down()
    clock.advance(100)
    assert get("greeting") == "Hello {{name}}!"
    settle("genai-prompts")
    clock.advance(1)
    with pytest.raises(SourceUnavailableError):
        get("greeting")
    assert get("greeting", fallback="Hi {{name}}", variables={"name": "Kim"}) == "Hi Kim"


@pytest.mark.parametrize("error", [AccessDeniedError, PromptNotFoundError])
def test_what_was_deleted_or_refused_is_served_no_longer(
    langfuse: FakeLangfuse, library: PromptLibrary, get: Get, clock: Clock, error: type[Exception]
) -> None:
    get("greeting")
    if error is AccessDeniedError:
        langfuse.revoke(langfuse.public_key)
    else:
        langfuse.prompts.delete("greeting")
    clock.advance(60)
    get("greeting")
    settle("genai-prompts")
    with pytest.raises(error):
        get("greeting")


def test_a_failure_is_shared_for_a_second(langfuse: FakeLangfuse, get: Get, clock: Clock) -> None:
    langfuse.script(Status(500))
    for _ in range(3):
        with pytest.raises(SourceUnavailableError, match="500"):
            get("greeting")
    assert len(langfuse.journal) == 1
    clock.advance(1)
    assert get("greeting") == "Hello {{name}}!"


def test_a_time_to_live_of_nothing_asks_every_time(
    langfuse: FakeLangfuse, make_library: MakeLibrary, getter: Any
) -> None:
    get = getter(make_library(ttl=0))
    for _ in range(3):
        get("greeting")
    assert len(langfuse.journal) == 3
    langfuse.down()
    assert get("greeting") == "Hello {{name}}!"


def test_a_fallback_stands_in_at_once_after_the_first_failure_and_ends_by_itself(
    langfuse: FakeLangfuse, library: PromptLibrary, get: Get, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    langfuse.script(Status(500), Status(500))
    for seconds in (0, 9):
        clock.advance(seconds)
        prompt = get("greeting", fallback="Hi {{name}}", variables={"name": "Kim"})
        assert (prompt, prompt.is_fallback) == ("Hi Kim", True)
    assert len(langfuse.journal) == 1
    clock.advance(1)
    assert get("greeting", fallback=[]).is_fallback
    settle("genai-prompts")
    clock.advance(10)
    assert get("greeting", fallback="x").is_fallback
    settle("genai-prompts")
    assert not get("greeting", fallback="x").is_fallback
    langfuse.prompts.delete("greeting")
    assert get("greeting", fallback="x", refresh=True).is_fallback
    said = [each.getMessage() for each in caplog.records if "the call's own fallback stands in" in each.getMessage()]
    assert ["500" in each for each in said] == [True, False]  # once for each time that it begins


@pytest.mark.parametrize("name", ["other", "greeting"])
def test_a_fallback_stands_in_for_a_prompt_that_is_not_there_and_for_a_refused_key_pair(
    langfuse: FakeLangfuse, get: Get, name: str
) -> None:
    if name == "greeting":
        langfuse.revoke(langfuse.public_key)
    assert get(name, fallback="x") == "x"


def test_a_fallback_does_not_hide_a_missing_variable(get: Get) -> None:
    with pytest.raises(PromptVariableError, match="needs a value for 'name'"):
        get("greeting", fallback="x", variables={})


def test_each_call_gets_an_object_of_its_own(langfuse: FakeLangfuse, get: Get) -> None:
    langfuse.prompts.create("chat", [{"role": "user", "content": "x"}], labels=["production"], config={"a": [1]})
    first = get("chat")
    first.append({"role": "user"})  # type: ignore[union-attr]
    first[0]["content"] = "changed"  # type: ignore[index]
    first.config["a"].append(2)
    second = get("chat")
    assert (second, second.config) == ([{"role": "user", "content": "x"}], {"a": [1]})


def test_threads_and_tasks_that_ask_at_once_share_one_question(langfuse: FakeLangfuse, library: PromptLibrary) -> None:
    got: list[Any] = []

    async def tasks() -> None:
        got.extend(await asyncio.gather(*(library.aget("greeting") for _ in range(20))))

    langfuse.script(Slow(0.2))  # so that none is answered before all have asked
    together = threading.Barrier(21)

    def thread() -> None:
        together.wait(PATIENCE)
        got.append(library.get("greeting"))

    def loop() -> None:
        together.wait(PATIENCE)
        asyncio.run(tasks())

    threads = [threading.Thread(target=target) for target in [thread] * 18 + [loop] * 3]
    for each in threads:
        each.start()
    for each in threads:
        each.join(PATIENCE)
    assert len(got) == 18 + 60
    assert len(langfuse.journal) == 1


async def test_a_cancelled_task_leaves_the_question_to_the_others(
    langfuse: FakeLangfuse, make_library: MakeLibrary
) -> None:
    library = make_library(timeout=0.3)
    langfuse.script(StallBeforeHeaders())
    first, second = (asyncio.create_task(library.aget("greeting")) for _ in range(2))
    await asyncio.to_thread(langfuse.journal.wait_for, 1)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    with pytest.raises(SourceUnavailableError):
        await second
    assert len(langfuse.journal) == 1


def test_an_answer_that_comes_when_the_loop_has_ended_disturbs_nobody(
    langfuse: FakeLangfuse, library: PromptLibrary, caplog: pytest.LogCaptureFixture
) -> None:
    langfuse.script(StallBeforeHeaders())

    async def leave() -> None:
        task = asyncio.create_task(library.aget("greeting"))
        await asyncio.to_thread(langfuse.journal.wait_for, 1)
        task.cancel()
        await asyncio.wait({task})

    asyncio.run(leave())
    langfuse.down()
    settle("genai-prompts")
    assert not caplog.records


def test_no_more_than_so_many_prompts_are_kept(
    langfuse: FakeLangfuse, make_library: MakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "SIZE", 2)  # a constant of the module, and a thousand requests are slow
    library = make_library()
    for version in (1, 2, 3):
        langfuse.prompts.create("many", str(version))
    for version in (1, 2, 3, 2, 1):
        library.get("many", version=version)
    assert [entry.query["version"] for entry in langfuse.journal] == ["1", "2", "3", "1"]


def test_closing_ends_waits_and_refuses_from_then_on(langfuse: FakeLangfuse, library: PromptLibrary, get: Get) -> None:
    langfuse.script(StallBeforeHeaders())
    ended: list[BaseException] = []

    def wait() -> None:
        try:
            library.get("greeting", fallback="x")
        except ClientClosedError as error:
            ended.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    langfuse.journal.wait_for(1)
    library.close()
    thread.join(PATIENCE)
    assert ended
    with pytest.raises(ClientClosedError):
        get("greeting", fallback="x")
    library.close()


def test_changes_for_the_worse_and_the_better_are_logged_once(
    langfuse: FakeLangfuse, library: PromptLibrary, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "genai_sdk")
    library.get("greeting")
    langfuse.down()
    for _ in range(3):
        clock.advance(60)
        library.get("greeting")
        settle("genai-prompts")
    langfuse.up()
    clock.advance(60)
    library.get("greeting")
    settle("genai-prompts")
    worse, better = [each.getMessage() for each in caplog.records]
    assert "prompt 'greeting' with label 'production' cannot be refreshed, so its version 1 stays: Langfuse at" in worse
    assert better == "prompt 'greeting' with label 'production' can be fetched again"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
@pytest.mark.parametrize("name", ["known", "greeting"])
def test_a_forked_child_serves_what_is_known_and_asks_for_the_rest_itself(
    langfuse: FakeLangfuse, library: PromptLibrary, name: str
) -> None:
    langfuse.prompts.create("known", "Hello {{name}}!", labels=["production"])
    library.get("known")
    langfuse.script(StallBeforeHeaders())
    waiting = in_thread(lambda: library.get("greeting", fallback="x"))  # a question whose thread no child has
    langfuse.journal.wait_for(2)
    with library._cache._lock:  # as another thread may at that moment
        pid = os.fork()
    if pid == 0:
        ok = False
        try:
            ok = library.get(name) == "Hello {{name}}!"
        finally:
            os._exit(0 if ok else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    langfuse.down()
    assert waiting.get() == "x"


def test_a_process_that_can_start_no_thread_says_so(
    library: PromptLibrary, get: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:  # a process without threads to spare cannot be had otherwise
        patch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(SourceUnavailableError, match="no thread can be started"):
            library.get("greeting")
