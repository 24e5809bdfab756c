"""One connection, or all of them, fails: retries, waits, deadlines."""

from typing import Any

from tests.conformance.scenario import MODEL, Ask, Provider, Scenario, lab, seoul, usa

from genai_sdk.testing import CutBeforeHeaders, StallBeforeHeaders, Status

DOWN = Status(503)
SPARE = [{MODEL: ["spare"]}]


def told(name: str, *providers: Provider, ours: str, router: str | None = None, **more: Any) -> Scenario:
    """Return a scenario of one call, with one retry unless `args` say otherwise; without `router` it does the same."""
    args = {"num_retries": 1, **more.pop("args", {})}
    calls = (more.pop("call", Ask()),)
    return Scenario(
        name=name, providers=providers, args=args, calls=calls, ours=(ours,), router=(router or ours,), **more
    )


AFTER: dict[str, Any] = {
    "expected": "ours",
    "why": "Router waits once more after the last attempt, though nothing follows it.",
}
NOBODY: dict[str, Any] = {
    "expected": "ours",
    "why": "Router cools both down and then reports that no deployment is left, in place of what the providers said.",
}
PATIENT: dict[str, Any] = {
    "ours": "seoul, lab: answer",
    "router": "seoul, long wait, seoul, long wait, lab: answer",
    "expected": "ours",
    "why": "Router waits 30 s, twice, while a fallback stands ready; ours then waits for 5 s at most.",
}
NO_DEADLINE = "Router has no deadline for a whole call: retries and waits go on as they would without one."

RETRIES = (
    told("One connection fails once", seoul((DOWN,)), ours="seoul, wait, seoul: answer"),
    told("One connection hangs up once", seoul((CutBeforeHeaders(),)), ours="seoul, wait, seoul: answer"),
    told(
        "One connection keeps failing",
        seoul(DOWN),
        ours="seoul, wait, seoul: error: unavailable 503",
        router="seoul, wait, seoul, wait: error: unavailable 503",
        **AFTER,
    ),
    told(
        "One connection never answers",
        seoul(StallBeforeHeaders()),
        args={"timeout": 0.5},
        ours="seoul, wait, seoul: error: timeout",
        router="seoul, wait, seoul, wait: error: timeout",
        **AFTER,
    ),
    told(
        "One connection keeps failing, and the call allows no retry",
        seoul(DOWN),
        call=Ask(options={"num_retries": 0}),
        ours="seoul: error: unavailable 503",
    ),
    told(
        "One connection keeps failing, and a fallback is left",
        seoul(DOWN),
        lab(),
        args={"fallbacks": SPARE},
        ours="seoul, wait, seoul, lab: answer",
        router="seoul, wait, seoul, wait, lab: answer",
        expected="ours",
        why="Router waits once more after the last attempt, before it turns to the fallback.",
    ),
    told(
        "One connection asks for 1 s of patience, once",
        seoul((Status(429, retry_after=1),)),
        ours="seoul, wait, seoul: answer",
    ),
    told(
        "One connection asks for 1 s of patience, again and again",
        seoul(Status(429, retry_after=1)),
        ours="seoul, wait, seoul: error: rate limit 429",
        router="seoul, wait, seoul, wait: error: rate limit 429",
        **AFTER,
    ),
    told(
        "One connection asks for 30 s of patience, once",
        seoul((Status(429, retry_after=30),)),
        ours="seoul, long wait, seoul: answer",
    ),
    told(
        "One connection asks for 90 s of patience, once",
        seoul((Status(429, retry_after=90),)),
        ours="seoul, long wait, seoul: answer",
        router="seoul, wait, seoul: answer",
        expected="ours",
        why="Router ignores a Retry-After of more than 60 s and asks again after a second, which a provider that is "
        "strict answers with another 429.",
    ),
    told(
        "One connection asks for more patience than the deadline leaves",
        seoul((Status(429, retry_after=30),)),
        call=Ask(deadline=20),
        ours="seoul: error: rate limit 429",
        router="seoul, long wait, seoul: answer",
        expected="ours",
        why=NO_DEADLINE,
    ),
    told(
        "One connection asks for 30 s of patience (429), and a fallback is left",
        seoul(Status(429, retry_after=30)),
        lab(),
        args={"fallbacks": SPARE},
        **PATIENT,
    ),
    told(
        "One connection asks for 30 s of patience (503), and a fallback is left",
        seoul(Status(503, retry_after=30)),
        lab(),
        args={"fallbacks": SPARE},
        **PATIENT,
    ),
    told(
        "Two connections keep failing",
        seoul(DOWN),
        usa(Status(500)),
        ours="seoul, usa, wait, seoul: error: unavailable 503",
        router="seoul, seoul, usa, usa: error: unavailable 500",
        expected="ours",
        why="Router retries each connection at once; ours asks every one first, then pauses before it begins again.",
    ),
    told(
        "Two connections keep failing, preferred by weight",
        seoul(DOWN),
        usa(Status(500)),
        prefer="weight",
        ours="seoul, usa, wait, seoul: error: unavailable 503",
        router="seoul, seoul: error: unavailable 503",
        expected="ours",
        why="By weight Router draws anew for every attempt, the failed connection included, and may never ask the "
        "other one.",
    ),
    told(
        "Two connections are rate limited",
        seoul(Status(429, retry_after=1)),
        usa(Status(429, retry_after=1)),
        ours="seoul, usa, wait, seoul: error: rate limit 429",
        router="seoul, usa: error: nobody left 429",
        **NOBODY,
    ),
    told(
        "Only the last of three connections is well, and there are no retries",
        seoul(DOWN),
        usa(Status(500)),
        lab(models=(MODEL,)),
        args={"num_retries": 0},
        ours="seoul, usa, lab: answer",
    ),
    told(
        "Only the second of two connections is well, preferred by weight, and there are no retries",
        seoul(DOWN),
        usa(),
        prefer="weight",
        args={"num_retries": 0},
        ours="seoul, usa: answer",
        router="seoul: error: unavailable 503",
        expected="ours",
        why="Without retries Router asks one connection and gives up; ours asks each candidate once, whatever "
        "num_retries says.",
    ),
    told("One connection rejects the key (401)", seoul(Status(401)), ours="seoul: error: authentication 401"),
    told(
        "One connection forbids the call (403)",
        seoul(Status(403)),
        ours="seoul: error: permission 403",
        router="seoul, wait, seoul, wait: error: APIError 403",
        expected="ours",
        why="Router takes a 403 for an error of no kind, and tries again.",
    ),
    told(
        "One connection's key was replaced in Langfuse meanwhile",
        seoul(rotated=True),
        ours="seoul, seoul: answer",
        router="seoul: error: authentication 401",
        expected="ours",
        why="Ours asks Langfuse for another key and goes on; Router has only the key that it was made with.",
    ),
    told(
        "Two connections reject the key",
        seoul(Status(401)),
        usa(Status(401)),
        ours="seoul, usa: error: authentication 401",
        router="seoul, usa: error: nobody left",
        **NOBODY,
    ),
    told(
        "A retry policy rules out retries after server errors, and the answer is 500",
        seoul((Status(500),)),
        args={"num_retries": 2, "retry_policy": {"InternalServerErrorRetries": 0}},
        ours="seoul: error: unavailable 500",
    ),
    told(
        "A retry policy rules out retries after server errors, and the answer is 503",
        seoul((DOWN,)),
        args={"num_retries": 2, "retry_policy": {"InternalServerErrorRetries": 0}},
        ours="seoul: error: unavailable 503",
        router="seoul, wait, seoul: answer",
        expected="either",
        why="InternalServerErrorRetries is about 500 alone with Router, and about every 5xx with us.",
    ),
    told(
        "A retry policy rules out retries after timeouts",
        seoul((StallBeforeHeaders(),)),
        args={"num_retries": 2, "timeout": 0.5, "retry_policy": {"TimeoutErrorRetries": 0}},
        ours="seoul: error: timeout",
    ),
    told("A least wait of 3 s is set", seoul((DOWN,)), args={"retry_after": 3}, ours="seoul, long wait, seoul: answer"),
    told(
        "Two connections never answer, and the call has a deadline",
        seoul(StallBeforeHeaders()),
        usa(StallBeforeHeaders()),
        args={"timeout": 0.5},
        call=Ask(deadline=0.8),
        ours="seoul, usa: error: timeout",
        router="seoul, seoul, usa, usa: error: timeout",
        expected="ours",
        why=NO_DEADLINE,
    ),
    told(
        "The first connection is too slow for the call's own timeout",
        seoul(StallBeforeHeaders()),
        usa(),
        args={"num_retries": 0, "timeout": 30},
        call=Ask(options={"timeout": 0.5}),
        ours="seoul, usa: answer",
    ),
)
