"""What one call teaches the next."""

from typing import Any

from tests.conformance.scenario import MODEL, Ask, Provider, Scenario, lab, seoul, usa

from genai_sdk.testing import CutBeforeHeaders, NotFound, StallBeforeHeaders, Status, Step

ON = "seoul, usa: answer"
PASSED = (ON, "usa: answer")
AGAIN = (ON, ON)
TO_LAB = "seoul, lab: answer"
SPARE: dict[str, Any] = {"fallbacks": [{MODEL: ["spare"]}]}
LIMITED = "seoul: error: rate limit 429"


def told(
    name: str, *providers: Provider, ours: tuple[str, ...], router: tuple[str, ...] | None = None, **more: Any
) -> Scenario:
    """Return a scenario of two calls without retries unless it says otherwise."""
    args = {"num_retries": 0, **more.pop("args", {})}
    calls = more.pop("calls", (Ask(), Ask()))
    return Scenario(name=name, providers=providers, args=args, calls=calls, ours=ours, router=router or ours, **more)


def rests(what: str, does: Step, **more: Any) -> Scenario:
    """Return the scenario of a connection that failed in one way and is passed over by the next call."""
    return told(f"{what}, and the next call passes it over", seoul(does), usa(), ours=PASSED, **more)


TOO_FEW: dict[str, Any] = {
    "router": AGAIN,
    "expected": "ours",
    "why": "Router waits for five requests in a minute, more than half of them failed, before it cools a deployment "
    "down for this; until then every call runs into the failure anew.",
}
SHUT: dict[str, Any] = {
    "expected": "ours",
    "why": "Router refuses calls, without asking anybody, until a cooldown ends; ours never leaves a name without its "
    "last connection.",
}

COOLDOWNS = (
    rests("A connection is rate limited", Status(429)),
    rests("A connection answers 503", Status(503), **TOO_FEW),
    rests("A connection hangs up", CutBeforeHeaders(), **TOO_FEW),
    rests("A connection never answers", StallBeforeHeaders(), args={"timeout": 0.5}, **TOO_FEW),
    rests("A connection rejects its key", Status(401)),
    rests(
        "A connection forbids the call",
        Status(403),
        router=AGAIN,
        expected="ours",
        why="Router takes a 403 for the request's fault and asks again with every call; it is the account's.",
    ),
    told(
        "A connection does not have the model, and the next call asks it again",
        seoul(NotFound()),
        usa(),
        ours=AGAIN,
        router=PASSED,
        expected="either",
        why="With us a model that was deployed meanwhile answers at once; Router spares the next calls a request.",
    ),
    told(
        "A cooldown ends",
        seoul((Status(429),)),
        usa(),
        args={"cooldown_time": 0.5},
        calls=(Ask(), Ask(after=1.2)),
        ours=(ON, "seoul: answer"),
    ),
    told(
        "A cooldown lasts as long as Retry-After says",
        seoul((Status(429, retry_after=20),)),
        usa(),
        args={"cooldown_time": 0.5},
        calls=(Ask(), Ask(after=0.7)),
        ours=PASSED,
    ),
    told("The only connection is rate limited once", seoul((Status(429),)), ours=(LIMITED, "seoul: answer")),
    told(
        "The only connection rejects its key once",
        seoul((Status(401),)),
        ours=("seoul: error: authentication 401", "seoul: answer"),
        router=("seoul: error: authentication 401", "nobody: error: nobody left"),
        **SHUT,
    ),
    told(
        "Both connections are rate limited once",
        seoul((Status(429),)),
        usa((Status(429),)),
        ours=("seoul, usa: error: rate limit 429", "seoul: answer"),
        router=("seoul, usa: error: rate limit 429", "nobody: error: nobody left"),
        **SHUT,
    ),
    told(
        "Both connections reject their keys once",
        seoul((Status(401),)),
        usa((Status(401),)),
        ours=("seoul, usa: error: authentication 401", "seoul: answer"),
        router=("seoul, usa: error: authentication 401", "nobody: error: nobody left"),
        **SHUT,
    ),
    told(
        "The only connection is down, and a fallback stands",
        seoul(Status(503)),
        lab(),
        args=SPARE,
        ours=(TO_LAB, TO_LAB),
    ),
    told(
        "The only connection is down, a fallback stands, and how many failures are allowed is said",
        seoul(Status(503)),
        lab(),
        args={**SPARE, "allowed_fails": 0},
        ours=(TO_LAB, TO_LAB),
        router=(TO_LAB, "lab: answer"),
        expected="either",
        why="Router passes a name's only connection over while it rests, once `allowed_fails` is named and a fallback "
        "stands; ours asks it first with each call, since a fallback is another model or place than the one asked for.",
    ),
    told("Cooldowns are switched off", seoul(Status(429)), usa(), args={"disable_cooldowns": True}, ours=AGAIN),
    told(
        "One failure is allowed before a cooldown",
        seoul(Status(503)),
        usa(),
        args={"allowed_fails": 1},
        calls=(Ask(), Ask(), Ask()),
        ours=(ON, *PASSED),
    ),
    told(
        "A wildcard deployment is rate limited",
        seoul(Status(429), models=()),
        usa(models=()),
        calls=(Ask(model=f"openai/{MODEL}"), Ask(model=f"openai/{MODEL}")),
        ours=PASSED,
        router=AGAIN,
        expected="ours",
        why="Router never cools a wildcard deployment down.",
    ),
    told(
        "A connection is rate limited in one of two clients of the process",
        seoul((Status(429),)),
        usa(),
        calls=(Ask(), Ask(client=1)),
        ours=(ON, "seoul: answer"),
    ),
    told(
        "A connection is rate limited under its own name, and then asked under the bare one",
        seoul((Status(429),)),
        usa(),
        calls=(Ask(model=f"seoul/{MODEL}"), Ask()),
        ours=(LIMITED, "usa: answer"),
        router=(LIMITED, "seoul: answer"),
        expected="ours",
        why="Router counts a deployment once for each name it is registered by; ours knows that it is the same.",
    ),
)
