"""What the model cannot or will not take: the context window, the content filter."""

from typing import Any

from tests.conformance.scenario import MODEL, Provider, Scenario, lab, seoul, usa

from genai_sdk.testing import BadRequest, ContentFilter, ContextWindow, Step

SPARE = [{MODEL: ["spare"]}]
LONG = [{MODEL: ["long"]}]
OTHER = [{"other": ["nowhere"]}]
FLAGGED = ContentFilter()

NEXT: dict[str, Any] = {
    "router": "seoul, usa: answer",
    "expected": "either",
    "why": "Router tries whether the next connection takes more; ours takes a model's window for the same anywhere.",
}


def told(
    name: str, does: Step, *, ours: str, router: str | None = None, adapter: Any = "openai", **more: Any
) -> Scenario:
    """Return a scenario of one call; what is no fact of a scenario is one of `router_args`."""
    facts = {fact: more.pop(fact) for fact in ("expected", "why") if fact in more}
    return Scenario(
        name=name,
        providers=(seoul(does, adapter=adapter), usa(), lab(), Provider(name="long", models=("long",))),
        args={"num_retries": 1, **more},
        ours=(ours,),
        router=(router or ours,),
        **facts,
    )


HELD_BACK: dict[str, Any] = {
    "expected": "ours",
    "why": "A list for this failure keeps Router from the general fallbacks even where it does not name the model.",
}

REFUSALS = (
    told(
        "The input is too long, and there is no fallback",
        ContextWindow(),
        ours="seoul: error: context window 400",
        **NEXT,
    ),
    told(
        "The input is too long, and there is a list for that",
        ContextWindow(),
        ours="seoul, long: answer",
        context_window_fallbacks=LONG,
    ),
    told(
        "The input is too long in Anthropic's words, and there is a list for that",
        ContextWindow(),
        adapter="anthropic",
        ours="seoul, long: answer",
        context_window_fallbacks=LONG,
    ),
    told(
        "The input is too long, and there are only general fallbacks",
        ContextWindow(),
        ours="seoul, lab: answer",
        fallbacks=SPARE,
        **NEXT,
    ),
    told(
        "The input is too long, and there are both lists",
        ContextWindow(),
        ours="seoul, long: answer",
        fallbacks=SPARE,
        context_window_fallbacks=LONG,
    ),
    told(
        "The input is too long, and the list for that is about other models",
        ContextWindow(),
        ours="seoul, lab: answer",
        fallbacks=SPARE,
        context_window_fallbacks=OTHER,
        **NEXT,
    ),
    told(
        "The prompt is filtered, and there is no fallback",
        FLAGGED,
        adapter="azure",
        ours="seoul: error: content filter 400",
    ),
    told(
        "The prompt is filtered, and there is a list for that",
        FLAGGED,
        adapter="azure",
        ours="seoul, long: answer",
        content_policy_fallbacks=LONG,
    ),
    told(
        "The prompt is flagged in OpenAI's words, and there is a list for that",
        FLAGGED,
        ours="seoul, long: answer",
        content_policy_fallbacks=LONG,
    ),
    told(
        "The prompt is filtered, and there are only general fallbacks",
        FLAGGED,
        adapter="azure",
        ours="seoul, lab: answer",
        fallbacks=SPARE,
    ),
    told(
        "The prompt is filtered, and the list for that is about other models",
        FLAGGED,
        adapter="azure",
        ours="seoul, lab: answer",
        router="seoul: error: content filter 400",
        fallbacks=SPARE,
        content_policy_fallbacks=OTHER,
        **HELD_BACK,
    ),
    told(
        "The filter breaks the answer off, and there is a list for that",
        ContentFilter("answer"),
        ours="seoul: answer",
        router="seoul, long: answer",
        expected="Router",
        why="Ours returns the answer with its finish reason; Router takes it for a refusal, given a list for those.",
        content_policy_fallbacks=LONG,
    ),
    told(
        "The request is wrong, and there are fallbacks of every kind",
        BadRequest(),
        ours="seoul: error: bad request 400",
        router="seoul, usa: answer",
        expected="ours",
        why="Router sends a request that was found wrong to the next connection too.",
        fallbacks=SPARE,
        context_window_fallbacks=LONG,
        content_policy_fallbacks=LONG,
    ),
)
