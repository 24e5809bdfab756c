"""Observations such as a team makes in ninety days: calls, attempts, fallbacks, a few long agents, people, prompts.

The last hour is a busy one, as under a load test, and one trace is very large.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from genai_sdk.langfuse.observation import InstrumentationScope, Observation

DAYS = 90
END = datetime(2026, 6, 30, tzinfo=UTC)
BEGIN = END - timedelta(days=DAYS)
NANOS = 1_000_000_000

MODELS = ("gpt-4o-mini", "gpt-4o", "gemini-2.5-flash", "gemini-2.5-pro", "claude-sonnet-4", "text-embedding-3-small")
CONNECTIONS = ("openai_prod", "azure_krc", "gemini_seoul", "gemini_usa", "bedrock_use1")
PROMPTS, VERSIONS = ("reply", "summarise", "classify"), 5
RARE = "preview"
"""An environment that hardly any trace comes from."""

LARGE, LARGE_SPANS = "a" * 32, 5_000
"""The id of the very large trace, and how many observations it has."""

_BUSY = 25  # one part in so many comes in the last hour
_HOUR, _DAY = 3_600, 86_400
_LONG = 400  # messages that went into the very large trace
NAMES = ("checkout-assistant", "summary", "triage", "search", "translate", "nightly-report")
_WORDS = [
    "order",
    "refund",
    "parcel",
    "invoice",
    "account",
    "password",
    "delivery",
    "please",
    "thank",
    "customer",
    "tomorrow",
    "status",
    "배송",
    "환불",
    "주문",
    "계정",
]
_OBSERVATION = "langfuse.observation."


def everything(count: int) -> Iterator[list[Observation]]:
    """Yield what fills a store: `count` observations, and the very large trace."""
    busy = count // _BUSY
    yield from traces(count - busy)
    yield from traces(busy, seed=3, begin=END - timedelta(seconds=_HOUR), seconds=_HOUR)
    yield large_trace()


def traces(
    count: int, seed: int = 1, begin: datetime = BEGIN, seconds: float = DAYS * _DAY
) -> Iterator[list[Observation]]:
    """Yield traces, oldest first, until they hold `count` observations in all.

    Args:
        count: How many observations.
        seed: Another one makes others.
        begin: When the first one begins.
        seconds: How long after it the last one begins, about.
    """
    chance = random.Random(seed)
    made, number = 0, 0
    step = seconds / max(1, count / 2.65)  # a little less than there are in a trace, so that they fill the time
    while made < count:
        at = int((begin.timestamp() + min(number * step, seconds * 0.9999)) * NANOS)
        trace = _trace(chance, f"{chance.getrandbits(128):032x}", at)[: count - made]
        made += len(trace)
        number += 1
        yield trace


def large_trace() -> list[Observation]:
    """Return the very large trace: an agent that calls and calls, and was given a long conversation."""
    chance = random.Random(4)
    at = int((END - timedelta(days=1)).timestamp() * NANOS)
    shared = {"langfuse.trace.name": "nightly-report", "langfuse.environment": "production"}
    messages = ",".join(_messages(chance, 300)[1:-1] for _ in range(_LONG))
    root = _span(chance, LARGE, at, None, "agent", shared, _HOUR, {"type": "agent", "input": f"[{messages}]"})
    made = [root]
    while len(made) < LARGE_SPANS:
        made += _call(chance, LARGE, at + len(made) * NANOS // 2, root.id, shared)
    return made[:LARGE_SPANS]


def _trace(chance: random.Random, trace_id: str, at: int) -> list[Observation]:
    shared = {
        "langfuse.trace.name": chance.choices(NAMES, (40, 25, 15, 12, 7, 1))[0],
        "user.id": f"user-{int(chance.paretovariate(0.7)) % 20_000}",
        "langfuse.trace.tags": [chance.choice(("web", "app", "batch")), *(["beta"] if chance.random() < 0.02 else [])],
        "langfuse.environment": chance.choices(("production", "staging", RARE), (95, 5, 0.01))[0],
        "langfuse.release": f"2026.{chance.randrange(1, 30)}",
    }
    if chance.random() < 0.6:
        shared["session.id"] = f"session-{trace_id[:7]}" if chance.random() < 0.5 else f"session-{at // (3600 * NANOS)}"
    if chance.random() < 0.05:  # an agent
        root = _span(chance, trace_id, at, None, "agent", shared, 20.0)
        calls = [_call(chance, trace_id, at + n * NANOS, root.id, shared) for n in range(chance.randrange(3, 12))]
        return [root, *(each for call in calls for each in call)]
    return _call(chance, trace_id, at, None, shared)


def _call(
    chance: random.Random, trace_id: str, at: int, parent: str | None, shared: dict[str, Any]
) -> list[Observation]:
    model, connection = chance.choice(MODELS), chance.choice(CONNECTIONS)
    seconds = chance.lognormvariate(0.3, 0.7)
    fails, falls_back = chance.random() < 0.01, chance.random() < 0.04
    read, written = chance.randrange(50, 2_000), chance.randrange(10, 600)
    told = {
        "type": "generation",
        "model.name": model,
        "model.parameters": '{"temperature":0.2}',
        "input": _messages(chance, 60),
        "output": None if fails else _messages(chance, 40),
        "usage_details": None if fails else f'{{"input":{read},"output":{written},"total":{read + written}}}',
        "cost_details": None if fails else f'{{"total":{(read + 4 * written) * 1.5e-7:.9f}}}',
        "metadata.connection": connection,
        "level": "ERROR" if fails else None,
        "status_message": "503 Service Unavailable" if fails else None,
        "prompt.name": chance.choice(PROMPTS) if chance.random() < 0.7 else None,
        "prompt.version": chance.randrange(1, VERSIONS + 1),
    }
    if chance.random() < 0.5:
        first = datetime.fromtimestamp(at / NANOS + seconds * 0.3, UTC).isoformat(timespec="milliseconds")
        told["completion_start_time"] = f'"{first}"'
    call = _span(chance, trace_id, at, parent, "completion", shared, seconds, told)
    attempts = [connection] if not falls_back else [chance.choice(CONNECTIONS), connection]
    return [
        call,
        *(
            _span(
                chance,
                trace_id,
                at,
                call.id,
                f"attempt {number} {each}",
                shared,
                seconds / len(attempts),
                {
                    "metadata.connection": each,
                    "metadata.reason": "ok" if each is attempts[-1] else "unavailable",
                    "level": None if each is attempts[-1] and not fails else "ERROR",
                },
            )
            for number, each in enumerate(attempts, 1)
        ),
    ]


def _messages(chance: random.Random, words: int) -> str:
    return '[{"role":"user","content":"' + " ".join(chance.choices(_WORDS, k=words)) + '"}]'


def _span(
    chance: random.Random,
    trace_id: str,
    at: int,
    parent: str | None,
    name: str,
    shared: dict[str, Any],
    seconds: float,
    told: dict[str, Any] | None = None,
) -> Observation:
    own = {_OBSERVATION + key: value for key, value in (told or {}).items() if value is not None}
    return Observation(
        trace_id=trace_id,
        id=f"{chance.getrandbits(64):016x}",
        parent_id=parent,
        name=name,
        start=at,
        end=at + int(seconds * NANOS),
        attributes={_OBSERVATION + "type": "span", **shared, **own},
        scope=InstrumentationScope("genai-sdk", "1"),
        resource={"telemetry.sdk.language": "python", "telemetry.sdk.name": "genai-sdk"},
        arrived=datetime.fromtimestamp(at / NANOS + seconds, UTC),
    )


def export(spans: list[Observation]) -> dict[str, Any]:
    """Return spans as the SDK sends them: OTLP in JSON."""
    return {
        "resourceSpans": [
            {
                "resource": {"attributes": _listed(spans[0].resource)},
                "scopeSpans": [
                    {"scope": {"name": "genai-sdk", "version": "1"}, "spans": [_json(each) for each in spans]}
                ],
            }
        ]
    }


def _json(span: Observation) -> dict[str, Any]:
    return {
        "traceId": span.trace_id,
        "spanId": span.id,
        **({"parentSpanId": span.parent_id} if span.parent_id else {}),
        "name": span.name,
        "kind": 3,
        "startTimeUnixNano": str(span.start),
        "endTimeUnixNano": str(span.end),
        "status": {"code": 0},
        "attributes": _listed(span.attributes),
    }


def _listed(attributes: Any) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(value)} for key, value in attributes.items()]


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return {"arrayValue": {"values": [{"stringValue": each} for each in value]}}
    return {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}
