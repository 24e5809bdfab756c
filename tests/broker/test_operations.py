"""What whoever runs a broker looks at: its audit lines, its numbers, its end."""

import json
import signal
import threading
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
import uvicorn
from benchmarks.trust import vouch
from tests.broker.conftest import Clock, Run
from tests.broker.projects import Projects

from genai_sdk.broker.audit import Audit
from genai_sdk.broker.metrics import Metrics, exposition
from genai_sdk.broker.serving import DrainingServer
from genai_sdk.errors import ConfigurationError
from genai_sdk.exposition import Sample
from genai_sdk.testing.langfuse import FakeLangfuse


def numbers(text: bytes) -> dict[str, float]:
    lines = [line for line in text.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_langfuse_itself_may_check_key_pairs(run: Run, projects: Projects, environ: dict[str, str]) -> None:
    one = projects.add("one", {"lab": {"secret": "sk-one"}})
    with FakeLangfuse(broker=False) as langfuse:
        broker = run("--auth", "langfuse", LANGFUSE_BASE_URL=langfuse.url, GENAI_SALT="")
        known = langfuse.add_project(one.id, "One")
        pair = (known.public_key, known.secret_key)
        reply = json.loads(broker.ask_as(pair).body)
        assert reply["project"] == {"id": "proj-one", "name": "One"}
        assert [each["secret"] for each in reply["connections"]] == ["sk-one"]
        assert broker.ask_as((known.public_key, "sk-lf-wrong")).status == 401
        assert broker.ask_as(one.pair).status == 401  # known to the database, but that is not who is asked
        assert broker.ask("/ready").status == 200
        langfuse.down()
        assert broker.ask_as(("pk-lf-new", "sk-lf-new")).status == 503


def test_metrics_count_answers_and_say_who_holds_which_version(run: Run, projects: Projects) -> None:
    one = projects.add("one", {"lab": {"secret": "sk-one"}})
    broker = run()
    tag = broker.ask_as(one.pair).headers["etag"]
    broker.ask_as(one.pair, headers={"if-none-match": tag, "x-genai-accept": "sealed"})
    broker.ask_as(one.pair, headers={"if-none-match": '"of-another-day"', "x-genai-accept": "sealed"})
    broker.ask_as(("pk-lf-x", "sk-lf-x"))
    found = numbers(broker.ask("/metrics").body)
    assert found['genai_broker_requests_total{status="200"}'] == 2
    assert found['genai_broker_requests_total{status="304"}'] == 1
    assert found['genai_broker_requests_total{status="401"}'] == 1
    assert found["genai_broker_clear_total"] == found["genai_broker_sealed_total"] == 1
    assert found['genai_broker_cache_total{result="known"}'] == 2
    assert found["genai_broker_request_seconds_count"] == 4
    who = 'project="proj-one",public_key="pk-lf-one"'
    held = "genai_broker_confirmed_timestamp_seconds"
    assert found[f'{held}{{{who},connection="lab",version="2026-01-01T00:00:00.000Z"}}'] > 1.7e9
    assert found[f'{held}{{{who},connection="",version="unknown"}}'] > 1.7e9


def test_metrics_are_for_those_inside(run: Run) -> None:
    plain = run()
    assert plain.ask("/metrics").status == 200
    assert plain.ask("/metrics", {"x-forwarded-for": "203.0.113.7"}).status == 403
    guarded = run(GENAI_BROKER_METRICS_TOKEN="scrape-token")
    assert guarded.ask("/metrics").status == 401
    assert guarded.ask("/metrics", {"authorization": "Bearer scrape-token", "x-forwarded-for": "1.1.1.1"}).status == 200


def test_the_numbers_of_all_workers_are_added_up(run: Run, projects: Projects) -> None:
    one = projects.add("one", {"lab": {"secret": "sk-one"}})
    broker = run("--workers", "2")
    for _ in range(30):
        assert broker.ask_as(one.pair).status == 200
    # A worker leaves its numbers to the others every second.
    while numbers(broker.ask("/metrics").body).get('genai_broker_requests_total{status="200"}') != 30:
        threading.Event().wait(0.05)


def test_numbers_of_processes_are_merged_by_their_kind() -> None:
    one, other = Metrics(), Metrics()
    for metrics, tag_at in ((one, 10.0), (other, 20.0)):
        metrics.count("genai_broker_requests_total", (("status", "200"),))
        metrics.set("genai_broker_shared_limits_up", 1.0)
        metrics.observe(0.003)
        metrics.offer("pk", "p", '"t"', (('a"b\\', "v"),))
        metrics.confirm("pk", "p", '"t"', tag_at)
    found = numbers(exposition([*one.samples(30.0), *other.samples(30.0)]))
    assert found['genai_broker_requests_total{status="200"}'] == 2
    assert found["genai_broker_shared_limits_up"] == 1
    assert found['genai_broker_request_seconds_bucket{le="0.0025"}'] == 0
    assert found['genai_broker_request_seconds_bucket{le="0.005"}'] == 2
    assert found['genai_broker_request_seconds_bucket{le="+Inf"}'] == 2
    labels = 'project="p",public_key="pk",connection="a\\"b\\\\",version="v"'
    assert found[f"genai_broker_confirmed_timestamp_seconds{{{labels}}}"] == 20
    with pytest.raises(KeyError):
        exposition([Sample("genai_broker_unheard_of", (), 1.0)])


def test_what_is_remembered_of_tags_is_bounded_and_old_ones_go() -> None:
    metrics = Metrics()
    for number in range(11_000):
        metrics.confirm("pk", "p", f'"{number}"', 10.0)
    assert len(metrics._held) == 10_000
    assert [each for each in metrics.samples(10.0 + 86_400) if "confirmed" in each.name] == []


def test_the_address_behind_a_proxy_is_written_down_if_the_proxy_is_trusted(
    run: Run, projects: Projects, tmp_path: Path
) -> None:
    one = projects.add("one", {"lab": {"secret": "sk-one"}})
    for trusted, address in (("127.0.0.0/8", "203.0.113.7"), ("10.0.0.0/8", "127.0.0.1")):
        path = tmp_path / f"{address}.jsonl"
        broker = run("--audit", str(path), "--trusted-proxies", trusted)
        broker.ask_as(one.pair, headers={"x-forwarded-for": "198.51.100.1, 203.0.113.7"})
        assert json.loads(path.read_text())["from"] == address


def test_nothing_is_handed_out_that_cannot_be_written_down(run: Run, projects: Projects) -> None:
    one = projects.add("one", {"lab": {"secret": "sk-one"}})
    broker = run("--audit", "/dev/full")
    reply = broker.ask_as(one.pair)
    assert (reply.status, b"sk-one" in reply.body) == (503, False)
    assert numbers(broker.ask("/metrics").body)["genai_broker_audit_failures_total"] == 1
    assert any("its audit line cannot be written" in line for line in broker.status_text)


def test_an_audit_file_that_was_moved_away_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    audit = Audit(str(path))
    audit.write({"number": 1})
    audit.reopen()
    path.rename(tmp_path / "audit.1")
    audit.write({"number": 2})
    audit.reopen()
    audit.write({"number": 3})
    audit.close()
    assert (tmp_path / "audit.1").read_text() == '{"number":1}\n{"number":2}\n'
    assert path.read_text() == '{"number":3}\n'
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ConfigurationError, match="name another with --audit"):
        Audit(str(tmp_path))


def test_before_it_ends_it_says_that_it_is_no_longer_ready_and_goes_on_answering(run: Run, projects: Projects) -> None:
    one = projects.add("one", {"lab": {"secret": "sk-one"}})
    broker = run("--drain", "3600")
    assert broker.ask("/ready").status == 200
    broker.process.terminate()
    while broker.ask("/ready").status == 200:
        threading.Event().wait(0.01)
    assert json.loads(broker.ask("/ready").body) == {"ready": False, "reason": "it is stopping"}
    assert broker.ask_as(one.pair).status == 200
    broker.process.terminate()  # which is the same signal still
    assert broker.ask_as(one.pair).status == 200
    broker.kill()


async def test_a_signal_that_comes_again_later_ends_it_at_once_and_so_does_the_time(clock: Clock) -> None:
    async def nothing(*_: object) -> None: ...

    for seconds, signals in ((2.0, 1), (30.0, 0)):
        application = SimpleNamespace(draining=False)
        config = uvicorn.Config(nothing, log_config=None)
        server = DrainingServer(config, application, 30.0, now=clock)  # type: ignore[arg-type]
        for _ in range(2):
            server.handle_exit(signal.SIGTERM, None)
        assert (application.draining, await server.on_tick(1)) == (True, False)
        clock.now += seconds
        for _ in range(signals):
            server.handle_exit(signal.SIGTERM, None)
        assert await server.on_tick(1)


def test_it_speaks_tls(run: Run, projects: Projects, tmp_path: Path) -> None:
    one = projects.add("one", {"lab": {"secret": "sk-one"}})
    trust = vouch(str(tmp_path))
    broker = run("--tls-cert", trust.server, "--tls-key", trust.server, trust=trust.ca)
    assert broker.url.startswith("https://")
    assert broker.ask_as(one.pair).status == 200


def test_at_its_end_it_finishes_what_is_under_way(run: Run, projects: Projects, langfuse_dsn: str) -> None:
    one = projects.add("one", {"lab": {"secret": "sk-one"}})
    broker = run()
    replies: list[int] = []
    asking = threading.Thread(target=lambda: replies.append(broker.ask_as(one.pair).status))
    with psycopg.connect(langfuse_dsn, autocommit=True) as session, psycopg.connect(langfuse_dsn) as holding:
        holding.execute("LOCK TABLE api_keys")
        asking.start()
        waiting = "SELECT count(*) FROM pg_locks WHERE relation = 'api_keys'::regclass AND NOT granted"
        while session.execute(waiting).fetchone() == (0,):
            threading.Event().wait(0.01)
        broker.process.terminate()
        assert replies == []
        holding.rollback()
    asking.join()
    assert (replies, broker.stop()) == ([200], 0)
