"""A moved label is seen within seconds, without a call that waits and without asking more than may be."""

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from tests.connections.sources import PATIENCE, Clock, settle
from tests.prompts.conftest import Get, MakeLibrary
from tests.prompts.turns import Turns, counting, running

from genai_sdk.errors import AccessDeniedError, PromptNotFoundError
from genai_sdk.prompts import PromptLibrary
from genai_sdk.prompts.cache import PromptCache
from genai_sdk.prompts.rate_limit import Pace
from genai_sdk.prompts.watch import PromptWatch
from genai_sdk.testing import FakeLangfuse, Malformed, Status, Step


@pytest.fixture
def turns(clock: Clock) -> Turns:
    return Turns(clock)


@pytest.fixture
def watching(make_library: MakeLibrary, clock: Clock, turns: Turns) -> Iterator[Callable[..., PromptLibrary]]:
    made: list[PromptLibrary] = []

    def make(url: str | None = None, *, pace: Pace | None = None, **options: Any) -> PromptLibrary:
        def watch(cache: PromptCache) -> PromptWatch:
            mine = Pace() if pace is None else pace
            return PromptWatch(cache, back_off=60, pace=mine, now=clock, wait=turns.wait, chance=lambda: 0.5)

        made.append(make_library(url, watch=watch, **options))
        return made[-1]

    yield make
    for library in made:
        library.close()
    settle("genai-prompt-checks")


@pytest.fixture
def library(watching: Callable[..., PromptLibrary]) -> PromptLibrary:
    return watching()


def move(langfuse: FakeLangfuse) -> None:
    langfuse.prompts.create("greeting", "Hi", labels=["production"])


def test_a_moved_label_is_seen_within_five_seconds(langfuse: FakeLangfuse, get: Get, turns: Turns) -> None:
    assert get("greeting").version == 1
    turns.advance(20)
    move(langfuse)
    turns.advance(5)
    before = len(langfuse.journal)
    assert get("greeting").version == 2
    assert len(langfuse.journal) == before, "the call itself asked for nothing"


def test_a_check_carries_the_entity_tag_and_gets_no_body(langfuse: FakeLangfuse, get: Get, turns: Turns) -> None:
    get("greeting")
    turns.advance(9)
    first, *checks = langfuse.journal
    assert "if-none-match" not in first.headers
    assert [entry.status for entry in checks] == [304, 304]
    assert all(entry.headers["if-none-match"] for entry in checks)


def test_a_prompt_that_is_checked_is_not_asked_for_by_calls(langfuse: FakeLangfuse, get: Get, turns: Turns) -> None:
    for _ in range(10):
        get("greeting")
        turns.advance(30)
    assert [entry.status for entry in langfuse.journal].count(200) == 1


def test_the_thread_ends_a_minute_after_the_last_use_and_begins_with_the_next(
    langfuse: FakeLangfuse, get: Get, turns: Turns
) -> None:
    assert not running()
    get("greeting")
    assert len(running()) == 1
    turns.advance(70)
    assert not running()
    asked = len(langfuse.journal)
    assert asked <= 1 + 15
    turns.advance(600)
    assert len(langfuse.journal) == asked
    get("greeting")
    assert len(running()) == 1


def test_a_version_asked_for_by_its_number_is_not_checked(langfuse: FakeLangfuse, get: Get, turns: Turns) -> None:
    get("greeting", version=1)
    assert not running()


def test_a_prompt_that_came_without_a_tag_is_not_checked(
    langfuse: FakeLangfuse, get: Get, turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("genai_sdk.testing.langfuse.fake.entity_tag", lambda body: "")  # an older Langfuse, or a proxy
    get("greeting")
    assert "if-none-match" not in langfuse.journal[0].headers
    turns.advance(59)
    assert len(langfuse.journal) == 1


def test_a_server_that_does_not_heed_the_tag_is_asked_no_more_than_without_checks(
    langfuse: FakeLangfuse, get: Get, turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("genai_sdk.testing.langfuse.fake.is_current", lambda *_: False)  # a proxy that strips it
    for _ in range(6):
        get("greeting")
        turns.advance(10)
    assert [entry.status for entry in langfuse.journal] == [200, 200]


def test_an_explicit_time_to_live_is_what_was_asked_for(
    langfuse: FakeLangfuse, watching: Callable[..., PromptLibrary], turns: Turns
) -> None:
    library = watching(ttl=60)
    library.get("greeting")
    move(langfuse)
    turns.advance(59)
    assert not running()
    assert library.get("greeting").version == 1
    assert len(langfuse.journal) == 1


@pytest.mark.parametrize("step", [Status(429), Status(500), Malformed("html")])
def test_after_a_failure_it_pauses_for_a_minute_and_the_prompt_stays(
    langfuse: FakeLangfuse, get: Get, turns: Turns, step: Step, caplog: pytest.LogCaptureFixture
) -> None:
    get("greeting")
    langfuse.prompts.create("greeting", "Hi")  # so that the failing answer is not a 304
    langfuse.script(step)
    turns.advance(5)
    assert len(langfuse.journal) == 2
    turns.advance(50)
    assert get("greeting").version == 1
    assert len(langfuse.journal) == 2
    turns.advance(15)
    assert get("greeting").version == 1
    settle("genai-prompts")
    assert len(langfuse.journal) >= 3
    assert not caplog.records


def test_a_slow_answer_pauses_it_too(
    langfuse: FakeLangfuse, get: Get, turns: Turns, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    get("greeting")
    original = langfuse.project.prompts.find

    def slow(*args: Any, **options: Any) -> Any:
        clock.advance(1.5)  # the test's own clock: no such time passes
        return original(*args, **options)

    monkeypatch.setattr(langfuse.project.prompts, "find", slow)
    turns.advance(50)
    assert len(langfuse.journal) == 2


@pytest.mark.parametrize("error", [AccessDeniedError, PromptNotFoundError])
def test_what_was_deleted_or_refused_is_gone_within_five_seconds(
    langfuse: FakeLangfuse, get: Get, turns: Turns, error: type[Exception]
) -> None:
    get("greeting")
    if error is AccessDeniedError:
        langfuse.revoke(langfuse.public_key)
    else:
        langfuse.prompts.delete("greeting")
    turns.advance(5)
    with pytest.raises(error):
        get("greeting")


def test_a_process_asks_twice_a_second_at_most_however_many_prompts_and_clients(
    langfuse: FakeLangfuse, watching: Callable[..., PromptLibrary], turns: Turns, clock: Clock
) -> None:
    for number in range(30):
        langfuse.prompts.create(f"p{number}", "x", labels=["production"])
    library = watching()
    for number in range(30):
        library.get(f"p{number}")
    turns.advance(40)
    checks = len(langfuse.journal) - 30
    assert 60 <= checks <= 80
    paths = [entry.path for entry in list(langfuse.journal)[30:60]]
    assert len(set(paths)) == 30, "each in its turn"


def test_the_turns_of_a_process_are_shared_and_apart() -> None:
    pace = Pace()
    assert [pace.take(10), pace.take(10), pace.take(10.1), pace.take(20)] == [0, 0.5, pytest.approx(0.9), 0]
    assert (pace.take(1e6), pace.take(20)) == (0, 0), "another clock"


def test_closing_ends_the_thread(langfuse: FakeLangfuse, library: PromptLibrary) -> None:
    library.get("greeting")
    (thread,) = running()
    library.close()
    thread.join(PATIENCE)
    assert not thread.is_alive()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_checks_what_it_uses_itself(
    langfuse: FakeLangfuse, library: PromptLibrary, turns: Turns
) -> None:
    library.get("greeting")
    pid = os.fork()
    if pid == 0:
        ok = False
        try:
            none_yet = not running()
            library.get("greeting")
            ok = none_yet and len(running()) == 1
        finally:
            os._exit(0 if ok else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    turns.advance(5)
    assert len(langfuse.journal) == 2


MINUTES = 10
TEXTS = {"short": 20, "usual": 400, "long": 4_000}
"""Words in a prompt; the words differ, for a server may compress."""


@pytest.mark.parametrize("name", TEXTS)
def test_the_checks_cost_what_the_docs_say(
    langfuse: FakeLangfuse, watching: Callable[..., PromptLibrary], turns: Turns, name: str, monkeypatch: Any
) -> None:
    words = " ".join(hashlib.sha256(str(number).encode()).hexdigest()[:6] for number in range(TEXTS[name]))
    langfuse.prompts.create(name, words, labels=["production"])

    def measure(ttl: float | None) -> Figures:
        before = len(langfuse.journal)
        with counting(langfuse.url) as (url, traffic):
            library = watching(url, ttl=ttl)
            for _ in range(MINUTES * 6):
                library.get(name)
                settle("genai-prompts")
                turns.advance(10)
            library.close()
            settle("genai-prompt-checks")
        return Figures(len(langfuse.journal) - before, traffic.sent, traffic.received)

    checked, minutely = measure(None), measure(60)
    with monkeypatch.context() as patch:
        patch.setattr("genai_sdk.testing.langfuse.fake.entity_tag", lambda body: "")
        whole = measure(60)  # every answer in full
    print(f"{name}: {len(words)} characters; checked {checked}, every 60 s {minutely}, in full {whole}")
    assert minutely.requests == whole.requests == MINUTES
    assert checked.requests <= MINUTES * 15
    assert checked.received <= whole.received / MINUTES + checked.requests * 200
    assert minutely.received <= whole.received / MINUTES + MINUTES * 200


class Figures(NamedTuple):
    """What went over the wire."""

    requests: int
    sent: int
    received: int
