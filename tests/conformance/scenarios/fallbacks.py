"""Which names stand in for which."""

from typing import Any

from tests.conformance.scenario import MODEL, Ask, Provider, Scenario, lab, seoul, usa

from genai_sdk.testing import BadRequest, NotFound, StallBeforeHeaders, Status

DOWN = Status(503)
SPARE = [{MODEL: ["spare"]}]
LAST = Provider(name="last", models=("last",))
PIN = f"seoul/{MODEL}"
ON = "seoul, lab: answer"
STUCK = "seoul: error: unavailable 503"


def told(
    name: str, *providers: Provider, ours: str, router: str | None = None, ask: Ask | str = MODEL, **more: Any
) -> Scenario:
    """Return a scenario of one call; what is no fact of a scenario is one of `router_args`."""
    facts = {fact: more.pop(fact) for fact in ("expected", "why") if fact in more}
    return Scenario(
        name=name,
        providers=providers,
        args={"num_retries": 0, **more},
        calls=(Ask(model=ask) if isinstance(ask, str) else ask,),
        ours=(ours,),
        router=(router or ours,),
        **facts,
    )


FIRST_ERROR: dict[str, Any] = {
    "expected": "either",
    "why": "Router raises the first connection's error, ours the last one's; with us the error has every attempt.",
}
EXACT: dict[str, Any] = {"router": STUCK, "expected": "ours"}

BY_NAME = (
    told("A fallback by name", seoul(DOWN), lab(), ours=ON, fallbacks=SPARE),
    told(
        "A fallback by name after every connection of the name",
        seoul(DOWN),
        usa(DOWN),
        lab(),
        ours="seoul, usa, lab: answer",
        fallbacks=SPARE,
    ),
    told("A fallback after 404", seoul(NotFound()), lab(), ours=ON, fallbacks=SPARE),
    told("A fallback after 401", seoul(Status(401)), lab(), ours=ON, fallbacks=SPARE),
    told("A fallback after a timeout", seoul(StallBeforeHeaders()), lab(), ours=ON, fallbacks=SPARE, timeout=0.5),
    told(
        "A fallback after a wrong request (400)",
        seoul(BadRequest()),
        lab(),
        ours="seoul: error: bad request 400",
        router=ON,
        expected="either",
        why="Router hands a wrong request on to another model, which may take it; ours raises, so that a mistake is "
        "seen and not paid for twice.",
        fallbacks=SPARE,
    ),
    told(
        "A fallback with retries of its own",
        seoul(DOWN),
        lab((DOWN,)),
        ours="seoul, wait, seoul, lab, wait, lab: answer",
        router="seoul, wait, seoul, wait, lab, wait, lab: answer",
        expected="ours",
        why="Router waits once more after the last attempt, before it turns to the fallback.",
        fallbacks=SPARE,
        num_retries=1,
    ),
    told(
        "A fallback that fails too",
        seoul(Status(429)),
        lab(Status(500)),
        ours="seoul, lab: error: unavailable 500",
        router="seoul, lab: error: rate limit 429",
        fallbacks=SPARE,
        **FIRST_ERROR,
    ),
    told(
        "A fallback that finds the request wrong",
        seoul(DOWN),
        lab(BadRequest()),
        ours="seoul, lab: error: bad request 400",
        router="seoul, lab: error: unavailable 503",
        fallbacks=SPARE,
        **FIRST_ERROR,
    ),
    told("A default fallback", seoul(DOWN), lab(), ours=ON, default_fallbacks=["spare"]),
    told(
        "Two default fallbacks, the first of which fails",
        seoul(DOWN),
        lab(DOWN),
        LAST,
        ours="seoul, lab, last: answer",
        default_fallbacks=["spare", "last"],
    ),
    told(
        "A fallback that fails, and a default one beside it",
        seoul(DOWN),
        lab(DOWN),
        LAST,
        ours="seoul, lab, last: answer",
        router="seoul, lab: error: unavailable 503",
        expected="either",
        why="With us default fallbacks are there for a fallback's name as for any other; Router stops at the list of "
        "the name that was asked for.",
        fallbacks=SPARE,
        default_fallbacks=["last"],
    ),
    told(
        "Two keys in one dict, of which the second fits",
        seoul(DOWN),
        lab(),
        ours=ON,
        router="nobody: the options are refused",
        expected="ours",
        why="Router takes one key for each dict.",
        fallbacks=[{"other": ["elsewhere"], MODEL: ["spare"]}],
    ),
    told(
        "A call that brings two keys in one dict, of which the second fits",
        seoul(DOWN),
        lab(),
        ours=ON,
        ask=Ask(options={"fallbacks": [{"other": ["elsewhere"], MODEL: ["spare"]}]}),
        why="Router looks at the first key of a dict alone, and here it does not say so.",
        **EXACT,
    ),
    told(
        "A target given as a string",
        seoul(DOWN),
        lab(),
        ours=ON,
        router="nobody: the options are refused",
        expected="ours",
        why="Router wants a list, and says so.",
        fallbacks=[{MODEL: "spare"}],
    ),
    told(
        "A chain of fallbacks",
        seoul(DOWN),
        lab(DOWN),
        LAST,
        ours="seoul, lab, last: answer",
        fallbacks=[{MODEL: ["spare"]}, {"spare": ["last"]}],
    ),
    told(
        "A ring of fallbacks",
        seoul(DOWN),
        lab(DOWN),
        ours="seoul, lab: error: unavailable 503",
        fallbacks=[{MODEL: ["spare"]}, {"spare": [MODEL]}],
    ),
    told(
        "A fallback to the deployment that failed, by its other name",
        seoul(DOWN),
        lab(),
        ours=ON,
        router="seoul, seoul, lab: answer",
        expected="ours",
        why="Router goes by names and asks the failed deployment again; with us none enters a second group.",
        fallbacks=[{MODEL: [PIN, "spare"]}],
    ),
    told(
        "max_fallbacks allows one of two targets",
        seoul(DOWN),
        lab(DOWN),
        LAST,
        ours="seoul, lab: error: unavailable 503",
        router="seoul, lab, last: answer",
        expected="ours",
        why="Router counts the links of a chain and not the targets of a list; ours counts every fallback it enters.",
        fallbacks=[{MODEL: ["spare", "last"]}],
        max_fallbacks=1,
    ),
    told(
        "max_fallbacks allows one link of a chain",
        seoul(DOWN),
        lab(DOWN),
        LAST,
        ours="seoul, lab: error: unavailable 503",
        fallbacks=[{MODEL: ["spare"]}, {"spare": ["last"]}],
        max_fallbacks=1,
    ),
    told("The only target is unknown", seoul(DOWN), ours=STUCK, fallbacks=[{MODEL: ["nowhere"]}]),
    told("The first target is unknown", seoul(DOWN), lab(), ours=ON, fallbacks=[{MODEL: ["nowhere", "spare"]}]),
    told(
        "The name asked for is unknown",
        seoul(),
        ours="nobody: error: unknown model",
        router="nobody: error: bad request",
        expected="ours",
        why="Router's error is that of a provider which was never asked; ours lists the names there are.",
        ask="nowhere",
    ),
    told(
        "The name asked for is unknown, and has a fallback",
        seoul(),
        lab(),
        ours="nobody: error: unknown model",
        router="lab: answer",
        expected="either",
        why="Router serves a name that nobody has from its fallback; with us a misspelt name is an error in any case.",
        ask="nowhere",
        fallbacks=[{"nowhere": ["spare"]}],
    ),
)

BY_CONNECTION = (
    told(
        "A pinned call falls back from connection to connection",
        seoul(DOWN),
        usa(),
        ours="seoul, usa: answer",
        ask=PIN,
        fallbacks=[{PIN: [f"usa/{MODEL}"]}],
    ),
    told(
        "A pinned call under a bare key stays on its connection",
        seoul(DOWN, models=(MODEL, "spare"), to=MODEL),
        usa(models=(MODEL, "spare")),
        ours=f"seoul/{MODEL}, seoul/spare: answer",
        router=f"seoul/{MODEL}: error: unavailable 503",
        expected="ours",
        why="Router compares whole names, so a key for the bare model is none for the pinned one.",
        ask=PIN,
        fallbacks=SPARE,
    ),
    told(
        "A pinned call under a bare key whose target its connection does not serve",
        seoul(DOWN),
        lab(),
        ours=STUCK,
        ask=PIN,
        fallbacks=SPARE,
    ),
    told(
        "A pinned call under a key with a star",
        seoul(DOWN),
        usa(),
        ours="seoul, usa: answer",
        why="Router knows no stars inside fallbacks.",
        ask=PIN,
        fallbacks=[{"seoul/*": ["usa/*"]}],
        **EXACT,
    ),
    told(
        "A pinned call and default fallbacks",
        seoul(DOWN),
        lab(),
        ours=STUCK,
        router=ON,
        expected="ours",
        why="Router leaves the connection that was pinned; a call that is pinned to a region stays there with us.",
        ask=PIN,
        default_fallbacks=["spare"],
    ),
    told(
        "A bare call and a key that names its connection",
        seoul(DOWN),
        lab(),
        ours=ON,
        why="Router looks for the name asked for alone, and not for the connection that failed.",
        fallbacks=[{PIN: ["spare"]}],
        **EXACT,
    ),
    told(
        "A call with a provider prefix and a bare key",
        seoul(DOWN, models=()),
        lab(),
        ours=ON,
        ask=f"openai/{MODEL}",
        fallbacks=SPARE,
    ),
    told(
        "A call by a dated name and a key without the date",
        seoul(DOWN, models=(f"{MODEL}-2024-04-09",)),
        lab(),
        ours=ON,
        why="Router compares names letter by letter; ours by what they mean.",
        ask=f"{MODEL}-2024-04-09",
        fallbacks=SPARE,
        **EXACT,
    ),
)

BY_ALIAS_AND_CALL = (
    told("An alias", seoul(), ours="seoul: answer", ask="best", model_group_alias={"best": MODEL}),
    told(
        "A fallback by the alias",
        seoul(DOWN),
        lab(),
        ours=ON,
        ask="best",
        model_group_alias={"best": MODEL},
        fallbacks=[{"best": ["spare"]}],
    ),
    told(
        "A fallback by the name that an alias stands for",
        seoul(DOWN),
        lab(),
        ours=ON,
        why="Router looks for the alias alone.",
        ask="best",
        model_group_alias={"best": MODEL},
        fallbacks=SPARE,
        **EXACT,
    ),
    told(
        "A fallback to an alias",
        seoul(DOWN),
        lab(),
        ours=ON,
        model_group_alias={"backup": "spare"},
        fallbacks=[{MODEL: ["backup"]}],
    ),
    told(
        "A call that brings its own fallbacks",
        seoul(DOWN),
        lab(),
        LAST,
        ours=ON,
        ask=Ask(options={"fallbacks": ["spare"]}),
        fallbacks=[{MODEL: ["last"]}],
    ),
    told(
        "A call that brings its own fallbacks as dicts",
        seoul(DOWN),
        lab(),
        LAST,
        ours=ON,
        ask=Ask(options={"fallbacks": SPARE}),
        fallbacks=[{MODEL: ["last"]}],
    ),
    told(
        "A call that brings its own fallback as a string",
        seoul(DOWN),
        lab(),
        ours=ON,
        why="Router takes a string for a list of letters.",
        ask=Ask(options={"fallbacks": "spare"}),
        **EXACT,
    ),
    told(
        "A call that switches fallbacks off",
        seoul(DOWN),
        lab(),
        ours=STUCK,
        ask=Ask(options={"fallbacks": []}),
        fallbacks=SPARE,
    ),
)

FALLBACKS = (*BY_NAME, *BY_CONNECTION, *BY_ALIAS_AND_CALL)
