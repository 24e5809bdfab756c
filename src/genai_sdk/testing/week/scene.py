"""Who takes part in the week: connections, prompts, applications, and what goes wrong. Data."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from genai_sdk.testing.steps import ContentFilter, ContextWindow, Status, Step


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """A connection and how fast its models answer.

    Attributes:
        adapter: The wire it speaks.
        latency: Seconds of an answer by model.
        secret: Its secret.
        config: The adapter's settings.
    """

    adapter: str
    latency: Mapping[str, float]
    secret: str = "sk-simulated"  # noqa: S105 - of a fake
    config: Mapping[str, Any] | None = None


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What goes wrong for a while, in hours of the week.

    Attributes:
        provider: Where; None for everywhere.
        begin: From when on.
        end: Until when.
        share: The share of requests that meet it.
        latency: Seconds until it is known.
        step: What the provider does.
    """

    provider: str | None
    begin: float = 0.0
    end: float = 168.0
    share: float = 1.0
    latency: float = 0.3
    step: Step


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the company's product that makes calls.

    Attributes:
        name: What its traces are called.
        weight: Its share of the traffic, as a part of all weights.
        model: What it asks for.
        prompt: The name of its prompt, None for none.
        second: From which hour on it uses the prompt's second version; None for never.
        streams: Whether it streams.
        length: The most calls of one session.
        operation: chat or embedding.
    """

    name: str
    weight: int
    model: str
    prompt: str | None = None
    second: float | None = None
    streams: bool = False
    length: int = 1
    operation: Literal["chat", "embedding"] = "chat"


_AWS_KEYS = '{"accessKeyId": "AKIASIMULATED", "secretAccessKey": "simulated"}'  # of a fake
TOKYO_SONNET = "jp.anthropic.claude-sonnet-4-5-20250929-v1:0"

PROVIDERS: Mapping[str, Provider] = {
    "seoul": Provider(adapter="azure", latency={"gpt-5": 1.9, "gpt-6-luna": 0.5, "gpt-6-sol": 1.6}),
    "usa": Provider(
        adapter="azure",
        latency={"gpt-5": 2.6, "gpt-6-luna": 0.8, "gpt-6-sol": 2.2, "text-embedding-3-small": 0.15},
    ),
    "tokyo": Provider(
        adapter="bedrock",
        latency={TOKYO_SONNET: 2.2},
        secret=_AWS_KEYS,
        config={"region": "ap-northeast-1"},
    ),
    "claude": Provider(adapter="anthropic", latency={"claude-sonnet-4-5": 2.0, "claude-sonnet-5-5": 1.7}),
    "studio": Provider(adapter="google-ai-studio", latency={"gemini-2.5-flash": 1.1, "gemini-3.8-flash": 0.9}),
}
"""The connections, the oldest first."""

ROUTER_ARGS: Mapping[str, Any] = {
    "model_group_alias": {"smart": "seoul/gpt-5", "fast": "gpt-6-luna"},
    "fallbacks": [
        {"seoul/*": "usa/*"},
        {"tokyo/claude-sonnet-4-5": "claude/claude-sonnet-4-5"},
        {"gemini-2.5-flash": "seoul/gpt-6-luna"},
    ],
    "num_retries": 1,
    "timeout": 60,
}

PROMPTS: Mapping[str, Sequence[Any]] = {
    "support-answer": (
        "You answer customers of a shop for tea. Their question: {{question}}",
        "You answer customers of a shop for tea, in two sentences and kindly. Their question: {{question}}",
    ),
    "ticket-triage": ("Say which team gets this ticket, tea, shipping or billing: {{question}}",),
    "meeting-summary": (
        [{"role": "system", "content": "Sum up in a sentence."}, {"role": "user", "content": "{{question}}"}],
        [{"role": "system", "content": "Sum up in three bullets."}, {"role": "user", "content": "{{question}}"}],
    ),
}
"""The versions of each prompt; the last one is in production."""

APPLICATIONS: Sequence[Application] = (
    Application(name="support", weight=26, model="smart", prompt="support-answer", second=72, streams=True, length=3),
    Application(name="triage", weight=26, model="fast", prompt="ticket-triage"),
    Application(name="meetings", weight=15, model="gemini-2.5-flash", prompt="meeting-summary", second=96),
    Application(name="translate", weight=18, model="tokyo/claude-sonnet-4-5", streams=True),
    Application(name="search", weight=8, model="usa/text-embedding-3-small", operation="embedding"),
)

FAULTS: Sequence[Fault] = (
    Fault(provider="usa", begin=34, end=35, share=0.9, step=Status(503)),
    Fault(provider="seoul", begin=33, end=36, share=0.9, step=Status(503)),
    Fault(provider="tokyo", begin=58, end=61, share=0.6, latency=0.1, step=Status(429, retry_after=8)),
    Fault(provider="seoul", begin=86, end=88, share=0.7, latency=0.1, step=Status(429, retry_after=20)),
    Fault(provider="seoul", begin=108, end=110, share=0.7, latency=30.0, step=Status(504)),
    Fault(provider="seoul", share=0.01, step=ContentFilter()),
    Fault(provider="studio", share=0.03, step=ContextWindow()),
    Fault(provider="studio", share=0.06, latency=0.8, step=Status(503)),
    Fault(provider=None, share=0.01, latency=0.5, step=Status(500)),
)
"""The first that fits a request is what it meets."""

QUESTIONS: Sequence[str] = (
    "Which tea is good in the evening?",
    "My parcel from last Tuesday has not come yet.",
    "Why was I billed twice for one order of oolong?",
    "How long do the leaves of a green tea keep once opened?",
    "May I change the address of an order that is on its way?",
    "Do you sell the porcelain pot without the cups?",
    "The tin of jasmine arrived with a dent, what now?",
    "Which of your teas are grown without pesticides?",
    "I would like to send a gift card to a friend in Busan.",
    "Is the tasting on Saturday in English or in Korean?",
)

SENTENCES: Sequence[str] = (
    "Rooibos and chamomile have no caffeine and are drunk late.",
    "The parcel left our house on Wednesday and is with the carrier.",
    "We have returned the second charge, which takes three days.",
    "Keep it dark and dry, and it is good for half a year.",
    "As long as the carrier has not taken it over, yes.",
    "Write to us with a picture and we will send another one.",
)
"""What the models say, some of them in each answer."""
