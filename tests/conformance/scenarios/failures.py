"""The first of two connections fails in every way there is; the second is well."""

from typing import Any

from tests.conformance.scenario import MODEL, Ask, Scenario, seoul, usa

from genai_sdk.testing import (
    BadRequest,
    CutBeforeHeaders,
    CutBody,
    Malformed,
    NotFound,
    StallBeforeHeaders,
    Status,
    Step,
    WrongLength,
)

CLAUDE = "claude-sonnet-4-5"
ON = "seoul, usa: answer"

AGAIN: dict[str, Any] = {
    "router": "seoul, seoul, usa: answer",
    "expected": "ours",
    "why": "Router asks the connection that has just failed once more before it turns to the healthy one.",
}
WRONG: dict[str, Any] = {
    "router": ON,
    "expected": "ours",
    "why": "Router sends a request that was found wrong to the next connection too; ours raises at once, since it is "
    "the request that has to change.",
}


def first(
    what: str, does: Step, *, ours: str = ON, router: str = ON, model: str = MODEL, adapter: Any = "openai", **more: Any
) -> Scenario:
    """Return the scenario of a first connection that fails in one way."""
    args = {"num_retries": 1, **({"timeout": more.pop("timeout")} if "timeout" in more else {})}
    facts = {"adapter": adapter, "models": (model,)}
    return Scenario(
        name=f"The first of two connections {what}",
        providers=(seoul(does, **facts), usa(**facts)),
        args=args,
        calls=(Ask(model=model),),
        ours=(ours,),
        router=(router,),
        **more,
    )


FAILURES = (
    Scenario(
        name="The first of two connections refuses to connect",
        providers=(seoul(down=True), usa()),
        args={"num_retries": 1},
        ours=("usa: answer",),
        router=("usa: answer",),
    ),
    first("answers 408", Status(408), **AGAIN),
    first("answers 409", Status(409), **AGAIN),
    first("answers 500", Status(500), **AGAIN),
    first("answers 502", Status(502), **AGAIN),
    first("answers 503", Status(503), **AGAIN),
    first("answers 504", Status(504), **AGAIN),
    first("answers 529", Status(529), **AGAIN),
    first("answers 529 (overloaded) on Anthropic's wire", Status(529), adapter="anthropic", model=CLAUDE, **AGAIN),
    first("never answers", StallBeforeHeaders(), timeout=0.5, **AGAIN),
    first("sends a web page with status 200", Malformed("html"), **AGAIN),
    first("sends broken JSON", Malformed("truncated"), **AGAIN),
    first("sends an empty body", Malformed("empty"), **AGAIN),
    first("does not speak HTTP", Malformed("http"), **AGAIN),
    first("hangs up before the answer", CutBeforeHeaders(), **AGAIN),
    first("resets the connection before the answer", CutBeforeHeaders(reset=True), **AGAIN),
    first("is cut in the middle of the answer", CutBody(), **AGAIN),
    first("sends less than it promised", WrongLength(10), **AGAIN),
    first("answers 429", Status(429)),
    first("answers 429 on Azure's wire", Status(429), adapter="azure"),
    first("answers 429 with Retry-After", Status(429, retry_after=1)),
    first("rejects the key (401)", Status(401)),
    first(
        "forbids the call (403)",
        Status(403),
        router="seoul, seoul, usa: answer",
        expected="ours",
        why="Router asks once more; a key that may not will not a moment later.",
    ),
    first("does not have the model (404)", NotFound()),
    first("does not have the deployment (404 on Azure's wire)", NotFound(), adapter="azure"),
    first("finds the request wrong (400)", BadRequest(), ours="seoul: error: bad request 400", **WRONG),
    first(
        "finds the request too large (413)",
        Status(413),
        ours="seoul: error: bad request 413",
        router=ON,
        expected="either",
        why="Router tries whether the next connection takes more; ours raises, since the request is as large there.",
    ),
    first("cannot process the request (422)", Status(422), ours="seoul: error: bad request 422", **WRONG),
)
