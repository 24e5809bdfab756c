"""Streams that break before and after their first content."""

from typing import Any

from tests.conformance.scenario import MODEL, Ask, Provider, Scenario, lab, seoul, usa

from genai_sdk.testing import (
    CutStream,
    EndWithoutFinish,
    ErrorInStream,
    Malformed,
    StallBeforeHeaders,
    StallStream,
    Status,
    Step,
)

ON = "seoul, usa: answer"
BROKEN = "seoul: part of an answer, then error: interrupted"
STREAM = Ask(stream=True)


def told(
    name: str, *providers: Provider, ours: str, router: str | None = None, call: Ask = STREAM, **more: Any
) -> Scenario:
    """Return a scenario of one streamed call; what is no fact of a scenario is one of `router_args`."""
    facts = {fact: more.pop(fact) for fact in ("expected", "why") if fact in more}
    return Scenario(
        name=name,
        providers=providers,
        args={"num_retries": 0, **more},
        calls=(call,),
        ours=(ours,),
        router=(router or ours,),
        **facts,
    )


def before(name: str, does: Step | tuple[()], adapter: Any = "openai", **more: Any) -> Scenario:
    """Return a scenario of a stream that breaks before its first content while another connection is well."""
    return told(name, seoul(does, adapter=adapter), usa(adapter=adapter), ours=ON, **more)


def after(name: str, does: Step, adapter: Any = "openai", **more: Any) -> Scenario:
    """Return a scenario of a stream that breaks after its first content while another connection is well."""
    return told(name, seoul(does, adapter=adapter), usa(adapter=adapter), ours=BROKEN, **{**PLAIN_ERROR, **more})


EMPTY: dict[str, Any] = {
    "router": "seoul: an empty answer",
    "expected": "ours",
    "why": "Router hands an empty stream out as an answer.",
}
PLAIN_ERROR: dict[str, Any] = {
    "router": "seoul: part of an answer, then error: unavailable",
    "expected": "ours",
    "why": "Both raise, Router an ordinary error of the provider; ours is one of its own and holds the text so far.",
}

STREAMS = (
    told("A stream", seoul(), ours="seoul: answer"),
    before("A stream is answered 503", Status(503)),
    before("A stream is answered 429", Status(429)),
    before("A stream is never answered", StallBeforeHeaders(), timeout=0.5),
    before("A stream is a web page", Malformed("html"), **EMPTY),
    before("A stream is an empty body", Malformed("empty"), **EMPTY),
    before("A stream is cut before its first content", CutStream(0)),
    before(
        "A stream stalls before its first content",
        StallStream(0),
        timeout=0.5,
        stream_timeout=0.5,
        router="seoul: error: timeout",
        expected="ours",
        why="Nothing has reached the caller yet, so that another connection can answer; Router raises.",
    ),
    before("A stream ends before its first content", EndWithoutFinish(0)),
    before("A stream begins with an error", ErrorInStream(503, 0)),
    before("A stream begins with overloaded_error on Anthropic's wire", ErrorInStream(529, 0), "anthropic"),
    before("A stream begins with broken JSON", Malformed("truncated")),
    told(
        "One connection's stream is answered 503, once",
        seoul((Status(503),)),
        ours="seoul, wait, seoul: answer",
        num_retries=1,
    ),
    told(
        "One connection's stream is cut before its first content, once",
        seoul((CutStream(0),)),
        ours="seoul, wait, seoul: answer",
        router="seoul: error: unavailable",
        expected="ours",
        why="Router has no retries for a stream that began with status 200, though nobody has seen anything of it.",
        num_retries=1,
    ),
    told(
        "One connection's stream is answered 503, and the call brings a fallback",
        seoul(Status(503)),
        lab(),
        call=Ask(stream=True, options={"fallbacks": ["spare"]}),
        ours="seoul, lab: answer",
    ),
    told(
        "One connection's stream is cut before its first content, and the call brings a fallback",
        seoul(CutStream(0)),
        lab(),
        call=Ask(stream=True, options={"fallbacks": ["spare"]}),
        ours="seoul, lab: answer",
    ),
    after("A stream is cut after its first content", CutStream(2)),
    after("A stream is reset after its first content", CutStream(2, reset=True)),
    after(
        "A stream stalls after its first content",
        StallStream(2),
        stream_timeout=0.5,
        router="seoul: part of an answer, then error: timeout",
    ),
    after("A stream brings an error after its first content", ErrorInStream(503, 2)),
    after("A stream breaks off with overloaded_error on Anthropic's wire", ErrorInStream(529, 2), "anthropic"),
    after(
        "A stream ends after its first content without a finish reason",
        EndWithoutFinish(2),
    ),
    told(
        "A stream is cut after its first content, and there is a fallback",
        seoul(CutStream(2)),
        lab(),
        ours=BROKEN,
        fallbacks=[{MODEL: ["spare"]}],
        **PLAIN_ERROR,
    ),
    Scenario(
        name="A stream is cut after its first content, and the next call passes its connection over",
        providers=(seoul(CutStream(2)), usa()),
        args={"num_retries": 0},
        calls=(STREAM, STREAM),
        ours=(BROKEN, ON.removeprefix("seoul, ")),
        router=(PLAIN_ERROR["router"], PLAIN_ERROR["router"]),
        expected="ours",
        why="Router cools nobody down for one broken stream, so the next one breaks too.",
    ),
)
