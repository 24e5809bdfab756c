"""docs/replay.md shows what the command says, and the recorded week can be replayed."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.cli.conftest import ROOT, Run
from tests.cli.production import Production, produced

from genai_sdk.testing import FakeLangfuse, Reply, Slow, Week

LUNA, SOL = "gpt-6-luna", "gpt-6-sol"
PAGE = ROOT / "docs" / "replay.md"
_TIMES = re.compile(r"\d+(\.\d+)? (ms|s)\b")
_LATENCY = re.compile(r"on average \([+-]\d+%\)")
_TRACES = re.compile(r"https?://\S+/traces/\w+")
_DATASET = re.compile(r"'replay \w{8}'")

ANSWERS = {
    "Where is my parcel?": (
        "Your parcel left our house on Wednesday and is with the carrier now.",
        "It left our house on Wednesday and is with the carrier, who says Friday.",
        '{"score": 0.9, "reason": "Says the same, and when it comes."}',
    ),
    "I want a refund for order 3391.": (
        '{"team": "billing", "urgent": false}',
        '{"team": "billing", "urgent": true}',
        '{"score": 0.4, "reason": "Nothing in the question is urgent."}',
    ),
    "Do you ship to Busan?": ("Yes, in two days.", "Yes, in two days.\n", '{"score": 1, "reason": "The same."}'),
}


def support(production: Production) -> None:
    """What the support of a shop was asked, and what its models say."""
    judge = "Question: {{input}} Recorded: {{expected_output}} New: {{output}} Is the new answer as good?"
    production.langfuse.prompts.create("answer-quality", judge, labels=["production"], config={"model": LUNA})
    production.langfuse.prompts.create("support/answer", "{{question}}", labels=["production"])
    with production.client() as client:
        for question, (recorded, _, _) in ANSWERS.items():
            production.fake.script(Slow(0.002, then=Reply(text=recorded)))  # Langfuse has milliseconds
            with client.trace("support", user_id="mina"):
                client.completion(LUNA, prompt="support/answer", variables={"question": question})
    for number, column in ((1, SOL), (2, LUNA)):
        production.fake.script(*(Reply(text=texts[number]) for texts in ANSWERS.values()), model=column)


def plain(text: str) -> str:
    """What does not differ from run to run: no ids, no times, and no widths that follow from those."""
    for pattern, word in ((_TRACES, "TRACE"), (_DATASET, "DATASET"), (_TIMES, "TIME"), (_LATENCY, "on average")):
        text = pattern.sub(word, text)
    return re.sub(r" +", " ", text).strip()


def commands() -> list[str]:
    return re.findall(r"^genai replay .+$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_page_shows_what_the_command_says(genai: Run, tmp_path: Path) -> None:
    blocks = re.findall(r"```\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    with produced("events_only", LUNA, SOL) as production:
        support(production)
        one_by_one = ["--concurrency", "1"]  # so that scripted answers meet their questions
        _, *first = commands()[0].split()
        done = genai(*first, *one_by_one, **production.environ)
        words = done.stdout + done.stderr[done.stderr.index("Error:") :]
        assert plain(words) == plain(blocks[1])
        _, *second = commands()[1].replace("support.html", str(tmp_path / "support.html")).split()
        done = genai(*second, *one_by_one, **production.environ)
        assert done.returncode == 0, done.stderr
        assert plain(done.stdout) == plain(blocks[3])


def test_every_option_is_explained() -> None:
    from genai_sdk.cli.replay.command import replay

    text = PAGE.read_text(encoding="utf-8")
    for parameter in replay.params:
        for name in parameter.opts:
            assert not name.startswith("--") or f"{name}" in text, name


def test_a_recorded_week_is_replayed_on_a_successor(genai: Run) -> None:
    until = datetime(2026, 11, 23, tzinfo=UTC)
    with FakeLangfuse(mode="events_only") as langfuse:
        pair = {"LANGFUSE_PUBLIC_KEY": langfuse.public_key, "LANGFUSE_SECRET_KEY": langfuse.secret_key}
        environ = {
            **pair,
            "LANGFUSE_BASE_URL": langfuse.url,
            "GENAI_ROUTER_ARGS": '{"model_group_alias": {"smart": "gpt-5"}}',
        }
        with Week(langfuse.url, langfuse.public_key, langfuse.secret_key, until=until, calls=120) as week:
            week.play()
            since = ("--since", week.since.isoformat(), "--until", week.until.isoformat())

            def replay(*arguments: str) -> dict[str, Any]:
                done = genai("replay", *since, *arguments, "--max-cost", "5", "--json", **environ)
                assert done.returncode == 0, done.stderr
                report: dict[str, Any] = json.loads(done.stdout)
                return report

            successor = replay(
                "--name", "support", "--from-model", "gpt-5", "--model", "seoul/gpt-6-sol", "--limit", "5"
            )
            assert len(successor["rows"]) == 5
            assert {row["recorded"]["model"] for row in successor["rows"]} == {"gpt-5"}
            assert {row["replayed"]["model"] for row in successor["rows"]} == {"gpt-6-sol"}
            assert successor["totals"]["cost"][0] > 0
            assert successor["totals"]["cost"][1] > 0
            version = replay("--from-prompt", "support-answer@1", "--prompt", "support-answer@2", "--limit", "4")
            assert {row["prompt"] for row in version["rows"]} == {"support-answer v1"}
            assert len(version["rows"]) == 4
            assert all("in two sentences and kindly" in row["request"] for row in version["rows"])
            search = genai("replay", *since, "--name", "search", "--model", "gpt-6-sol", **environ)
            assert "there is nothing to replay" in search.stderr
