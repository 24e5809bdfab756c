"""`python -m servers [NAME …]`: play the client on the real servers and write docs/servers.md from what came."""

import argparse
import contextlib
import json
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from genai_sdk import GenAIClient
from genai_sdk.connections import ConnectionRecord
from genai_sdk.testing import FakeLangfuse, FakeProvider
from servers import page, tiny
from servers.faces import face
from servers.moves import MOVES, FaultError, Stage, play
from servers.roster import KEY, SERVERS, Place, Server
from servers.running import NotStartedError, free_port, running

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "docs/servers/results.json"
PAGE = ROOT / "docs/servers.md"
DAY = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> int:
    """Play, write, and return how many faults of ours were found."""
    parser = argparse.ArgumentParser(prog="servers", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*SERVERS, []], help="the servers; all by default")
    parser.add_argument("--page", action="store_true", help="only write the page anew from the results that are there")
    arguments = parser.parse_args()
    if arguments.page:
        PAGE.write_text(page.write(json.loads(RESULTS.read_text())))
        return 0
    played: dict[str, Any] = {}
    faults: list[str] = []
    with tempfile.TemporaryDirectory(prefix="servers-") as folder:
        place = Path(folder)
        tiny.write_folder(place / "tiny")
        for name in arguments.names or SERVERS:
            print(f"{name}:", flush=True)
            try:
                played[name], faulty = _session(SERVERS[name], place)
            except NotStartedError as error:
                faults.append(f"{name}: {error}")
                continue
            faults += [f"{name}: {fault}" for fault in faulty]
    RESULTS.parent.mkdir(exist_ok=True)
    results = {**(json.loads(RESULTS.read_text()) if RESULTS.exists() else {}), **played}
    RESULTS.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n")
    PAGE.write_text(page.write(results))
    print("\n".join(faults) or "no fault of ours")
    return min(len(faults), 1)


def _session(server: Server, models: Path) -> tuple[dict[str, Any], list[str]]:
    with _started(server, models) as (base, model):
        seen: dict[str, dict[str, str]] = {}
        faults: list[str] = []
        for name in ("sync", "async"):
            seen[name] = _play(name, base, model, faults)
    moves = {move: _both(seen["sync"][move], seen["async"][move]) for move in MOVES}
    versions = _versions(server)
    day = datetime.now(UTC).date().isoformat()
    return {"moves": moves, "versions": versions, "day": day, "python": platform.python_version()}, faults


def _both(sync: str, asynchronous: str) -> str:
    return sync if sync == asynchronous else f"sync: {sync}; async: {asynchronous}"


def _play(name: str, base: str, model: str, faults: list[str]) -> dict[str, str]:
    seen: dict[str, str] = {}
    with FakeLangfuse() as langfuse, FakeProvider("spare") as spare:
        for minute, (connection, secret, url, names) in enumerate((
            ("real", KEY, base, (model, "no-such-model")),
            ("wrong", "sk-wrong", base, (model,)),
            ("spare", "sk-spare", spare.base_url("openai"), ("spare",)),
        )):  # fmt: skip
            born = DAY.replace(minute=minute)
            record = ConnectionRecord(name=connection, adapter="openai", secret=secret, base_url=url,
                                      custom_models=names, created_at=born, updated_at=born)  # fmt: skip
            langfuse.connections.put(record)
        client = GenAIClient(
            public_key=langfuse.public_key,
            secret_key=langfuse.secret_key,
            host=langfuse.url,
            router_args={"num_retries": 0, "timeout": 240, "stream_timeout": 240, "disable_cooldowns": True},
        )
        with face(client, name) as hands:
            for move, run in MOVES.items():
                try:
                    seen[move] = play(run, Stage(hands, model))
                except FaultError as error:
                    seen[move] = f"our fault: {error}"
                    faults.append(f"{name}, {move}: {error}")
                print(f"  {name} {move}: {seen[move]}", flush=True)
            calls = hands.calls
        recorded = len(langfuse.traces.wait_for(calls, timeout=20))
        if recorded != calls:
            faults.append(f"{name}: {calls} calls, {recorded} traces")
    return seen


@contextlib.contextmanager
def _started(server: Server, models: Path) -> Iterator[tuple[str, str]]:
    """Run a server, and what it hands on to; gives its base URL and the model's name."""
    with contextlib.ExitStack() as stack:
        behind = ("", "")
        if server.behind is not None:
            behind = stack.enter_context(_started(SERVERS[server.behind], models))
        place = Place(free_port(), Path(stack.enter_context(tempfile.TemporaryDirectory())), models, behind)
        server.configure(place)
        program, *options = server.command(place)
        command = [str(_room(server) / "bin" / program), *options]
        stack.enter_context(running(command, place.port, server.ready, place.folder, server.environment))
        yield f"http://127.0.0.1:{place.port}{server.base}", server.model(place)


def _room(server: Server) -> Path:
    return ROOT / f".venv-servers-{server.name}"


def _versions(server: Server) -> dict[str, str]:
    names = (server.package, *server.beside)
    code = "import importlib.metadata as m, json, sys; print(json.dumps({n: m.version(n) for n in sys.argv[1:]}))"
    python = str(_room(server) / "bin/python")
    versions: dict[str, str] = json.loads(subprocess.check_output([python, "-c", code, *names], timeout=60))
    return versions


sys.exit(main())
