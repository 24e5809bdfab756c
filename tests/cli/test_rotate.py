"""`genai connections rotate`: a key is tried, switched, called with, waited for, and put back if it does not serve."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.cli.conftest import Run
from tests.printers import frames_of, printed_frames

from genai_sdk.broker.metrics import Metrics, exposition
from genai_sdk.cli.connections.holders import BrokerNumbers, read_holders
from genai_sdk.cli.connections.rotate import run_rotation
from genai_sdk.cli.connections.rotation import RotationResult, Waiting
from genai_sdk.cli.remote import Remote
from genai_sdk.client.settings import MetricsAccess, read_access
from genai_sdk.connections import Secret
from genai_sdk.errors import ConfigurationError, SourceUnavailableError
from genai_sdk.http import TransportSettings
from genai_sdk.local import Platform
from genai_sdk.testing import FakeProvider, Reply, Status

OLD, NEW = "sk-old-canary-1111", "sk-new-canary-2222"
WAITING = Waiting(blind=360, quiet=300, longest=1800)


class StandingClock:
    """Monotonic time that only waits move; `passed` is told of each wait."""

    def __init__(self) -> None:
        self.time = 1_800_000_000.0
        self.passed: Callable[[], Any] = lambda: None

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        self.passed()


class ScrapedBroker:
    """Serves the numbers that a broker's own counters write, dated by the test's clock."""

    def __init__(self, clock: StandingClock, token: str | None = None) -> None:
        self.metrics = Metrics()
        broker = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                good = token is None or self.headers["authorization"] == f"Bearer {token}"
                body = exposition(broker.metrics.samples(clock.time)) if good else b"{}"
                self.send_response_only(200 if good else 401)
                self.send_header("Date", self.date_time_string(int(clock.time)))
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/metrics"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def provider():
    with FakeProvider("lab", keys={OLD, NEW}) as fake:
        yield fake


@pytest.fixture
def clock():
    return StandingClock()


@pytest.fixture
def broker(clock):
    served = ScrapedBroker(clock)
    yield served
    served.close()


@pytest.fixture
def lab(platform: Platform, genai: Run, provider: FakeProvider):
    """A saved connection to the fake, with the old key and a header."""
    done = genai(
        *("connections", "add", "lab", "--adapter", "openai", "--base-url", provider.base_url("openai")),
        *("--model", "m", "--no-default-models", "--header", "x-team=web", "--secret-stdin"),
        stdin=OLD,
    )
    assert done.returncode == 0, done.stderr
    provider.clear()


def stored(platform: Platform) -> Any:
    (record,), _ = platform.store.connections.records(["lab"])
    return record


@pytest.fixture
def rotate(home, clock, lab, monkeypatch: pytest.MonkeyPatch):
    """Rotate within this process, whose waits are skipped."""
    monkeypatch.setenv("GENAI_HOME", str(home))

    def run(secret: str = NEW, *, urls: tuple[str, ...] = (), waiting: Waiting = WAITING) -> tuple[Any, list[str]]:
        steps: list[str] = []
        with Remote(read_access()) as remote:
            row = remote.connection("lab")
            result = run_rotation(
                remote, row, Secret(secret), urls=urls, waiting=waiting, say=steps.append, clock=clock
            )
        return result, steps

    return run


def test_a_key_is_rotated_from_the_command_line(lab, platform: Platform, genai: Run, provider: FakeProvider):
    before = stored(platform)
    done = genai("connections", "rotate", "lab", "--secret-stdin", "--wait", "0", stdin=NEW + "\n")
    assert done.returncode == 0, done.stderr
    after = stored(platform)
    assert (after.secret.reveal(), after.extra_headers.reveal()) == (NEW, {"x-team": "web"})
    assert (after.base_url, after.custom_models, after.with_default_models) == (
        before.base_url,
        before.custom_models,
        before.with_default_models,
    )
    assert "lab is rotated to ...2222. The old secret ...1111 may be retired" in done.stdout
    assert "canary" not in done.stdout + done.stderr
    asked = [(entry.headers["authorization"], entry.headers["x-team"]) for entry in provider.journal]
    assert asked == [(f"Bearer {NEW}", "web")] * 3, "tried, called after the switch, and called in the end"


def test_no_frame_of_a_rotation_has_a_key_in_a_variable(rotate, clock):
    def stop(step: str) -> None:
        if step.startswith("Saved"):
            raise InterruptedError

    with Remote(read_access()) as remote:
        row = remote.connection("lab")
        with pytest.raises(InterruptedError) as caught:
            run_rotation(remote, row, Secret(NEW), waiting=WAITING, say=stop, clock=clock)
    shown = printed_frames(caught.value)
    assert "run_rotation" in frames_of(caught.value)
    assert [key for key in (OLD, NEW) if key in shown] == []


def test_scripts_get_json_and_nothing_else(lab, genai: Run):
    done = genai("connections", "rotate", "lab", "--secret-stdin", "--wait", "0", "--json", stdin=NEW)
    result = json.loads(done.stdout)
    assert (result["state"], result["evidence"], result["model"], result["error"]) == ("rotated", "time", "m", "")
    assert (result["old_secret"], result["new_secret"]) == ("...1111", "...2222")
    done = genai("connections", "rotate", "lab", "--secret-stdin", "--json", stdin="sk-wrong")
    assert (done.returncode, json.loads(done.stdout)["state"]) == (1, "refused")


def test_a_key_that_does_not_work_changes_nothing(lab, platform: Platform, genai: Run):
    before = stored(platform)
    done = genai("connections", "rotate", "lab", "--secret-stdin", stdin="sk-wrong-canary")
    assert done.returncode == 1
    assert "lab was left as it is: the new secret does not work: lab/m answered 401" in done.stderr
    assert "canary" not in done.stdout + done.stderr
    assert stored(platform) == before


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "words"),
    [
        (["lab"], "", 2, "give it with --secret-stdin"),
        (["lab", "--secret-stdin"], "", 2, "the secret is empty"),
        (["lab", "--secret-stdin"], OLD, 1, "this is the secret that lab has already"),
        (["nope", "--secret-stdin"], NEW, 1, "there are: simulated, lab"),
        (["lab", "--secret-stdin", "--wait", "-1"], NEW, 2, "--wait"),
    ],
)
def test_what_is_wrong_is_said_before_anything_changes(
    arguments, stdin, code, words, lab, platform: Platform, genai: Run
):
    before = stored(platform)
    done = genai("connections", "rotate", *arguments, stdin=stdin)
    assert done.returncode == code
    assert words in done.stderr
    assert stored(platform) == before


def test_a_key_that_does_not_serve_after_the_switch_is_put_back(rotate, provider: FakeProvider, platform: Platform):
    provider.script(Reply("OK"), Status(401), Status(503), Status(401))
    result, _ = rotate()
    assert result.state == "undone"
    assert "lab/m answered 401" in result.error
    assert stored(platform).secret.reveal() == OLD
    assert stored(platform).extra_headers.reveal() == {"x-team": "web"}


def test_trouble_that_passes_is_no_reason_to_put_the_old_key_back(rotate, provider: FakeProvider, platform: Platform):
    provider.script(Reply("OK"), Status(503), Status(503))
    result, _ = rotate()
    assert (result.state, result.error, stored(platform).secret.reveal()) == ("rotated", "", NEW)


def test_a_key_that_stops_serving_while_the_old_one_is_waited_for_is_put_back(
    rotate, provider: FakeProvider, platform: Platform
):
    provider.script(Reply("OK"), Reply("OK"), Status(401), Status(401), Status(401))
    result, _ = rotate()
    assert (result.state, stored(platform).secret.reveal()) == ("undone", OLD)


def test_without_a_broker_a_stated_time_is_waited(rotate, clock):
    begin = clock.time
    result, steps = rotate()
    assert (result.state, result.evidence, clock.time - begin) == ("rotated", "time", 360)
    assert any("Waiting 360 s" in step for step in steps)


def version_of(platform: Platform) -> str:
    return f"{stored(platform).updated_at.isoformat(timespec='milliseconds')[:23]}Z"


def test_the_old_key_is_held_until_nobody_has_shown_its_version_for_five_minutes(
    rotate, clock, broker, platform: Platform
):
    """One caller asks every minute and moves on at its third question; another is of another project."""
    project, old = platform.credentials.project_id, version_of(platform)
    metrics, begin = broker.metrics, clock.time
    metrics.offer("pk-web", project, '"old"', (("lab", old), ("other", "2026-01-01T00:00:00.000Z")))
    metrics.offer("pk-far", "elsewhere", '"far"', (("lab", old),))

    def passed() -> None:
        if clock.time - begin <= 180:
            metrics.confirm("pk-web", project, '"old"', clock.time)
        else:
            metrics.offer("pk-web", project, '"new"', (("lab", version_of(platform)),))
            metrics.confirm("pk-web", project, '"new"', clock.time)
        metrics.confirm("pk-far", "elsewhere", '"far"', clock.time)

    passed()
    clock.passed = passed
    result, steps = rotate(urls=(broker.url,))
    assert (result.state, result.evidence, result.holders) == ("rotated", "metrics", ())
    assert clock.time - begin == 180 + 300
    assert any("pk-web did" in step for step in steps)
    assert not any("pk-far" in step for step in steps)


def test_whoever_holds_the_old_version_too_long_is_named(rotate, clock, broker, platform: Platform):
    project = platform.credentials.project_id
    broker.metrics.confirm("pk-web", project, '"from before"', clock.time)
    clock.passed = lambda: broker.metrics.confirm("pk-web", project, '"from before"', clock.time)
    result, _ = rotate(urls=(broker.url,), waiting=Waiting(blind=360, quiet=300, longest=900))
    assert (result.state, [holder.public_key for holder in result.holders]) == ("held", ["pk-web"])
    assert [holder.version for holder in result.holders] == ["unknown"]
    assert stored(platform).secret.reveal() == NEW


@pytest.mark.parametrize("seen", ["nobody", "nothing"])
def test_numbers_that_prove_nothing_are_no_evidence(rotate, clock, broker, seen):
    url = broker.url if seen == "nobody" else "http://127.0.0.1:9/metrics"
    result, _ = rotate(urls=(url,))
    assert (result.state, result.evidence, result.waited) == ("rotated", "time", 360)


def test_an_interruption_leaves_the_new_key_and_says_that_the_old_one_may_be_held(rotate, clock, platform: Platform):
    def interrupt() -> None:
        raise KeyboardInterrupt

    clock.passed = interrupt
    result, _ = rotate()
    assert (result.state, stored(platform).secret.reveal()) == ("held", NEW)
    assert "interrupted" in result.error


def test_a_result_shows_no_secret(rotate):
    result, steps = rotate()
    assert isinstance(result, RotationResult)
    assert "canary" not in repr(result) + repr(steps)


def test_who_holds_what_is_read_as_the_broker_writes_it(broker, clock):
    odd = 'a"b\\c\nd'
    broker.metrics.offer("pk", "p", '"t"', ((odd, "v1"),))
    broker.metrics.confirm("pk", "p", '"t"', 1_799_999_999.5)
    numbers = BrokerNumbers(
        (broker.url, broker.url), MetricsAccess(url=None, token=None, transport=TransportSettings())
    )
    sighting = numbers.look()
    (holder,) = sighting.holders
    assert (holder.connection, holder.version, holder.at) == (odd, "v1", 1_799_999_999.5)
    assert sighting.now == clock.time
    assert sighting.holding_other("p", odd, "v1") == ()
    assert sighting.holding_other("p", odd, "v2") == (holder,)
    assert sighting.holding_other("q", odd, "v2") == ()
    assert read_holders(["nothing of it 1\n"]) == ()


def test_numbers_take_the_brokers_token(clock):
    guarded = ScrapedBroker(clock, "scrape")
    try:
        for token, fails in ((None, True), (Secret("wrong"), True), (Secret("scrape"), False)):
            access = MetricsAccess(url=None, token=token, transport=TransportSettings())
            numbers = BrokerNumbers((guarded.url,), access)
            if fails:
                with pytest.raises(ConfigurationError, match="GENAI_BROKER_METRICS_TOKEN"):
                    numbers.look()
            else:
                assert numbers.look().now == clock.time
    finally:
        guarded.close()
    with pytest.raises(SourceUnavailableError, match="cannot be read"):
        numbers.look()
