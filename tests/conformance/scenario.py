"""What is played twice: providers that fail in a certain way, a client's routing options, and the calls it makes."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from genai_sdk.testing import Step

MODEL = "gpt-4-turbo"
"""A model whose tokenizer is in memory with litellm: Router counts tokens before it lets a broken stream fall back, and
a newer model's tokenizer may have to be fetched for that."""
QUESTION = "Count from one to three"


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """A provider behind one connection of ours, and behind the deployments of Router that stand for it.

    Attributes:
        name: The connection's name, which its answers start with.
        models: The models it serves; none makes it a wildcard.
        does: A step for every call, or one for each call in turn; after those it answers.
        to: The model that the steps are for; None: any.
        adapter: The wire it speaks.
        down: Whether it refuses connections.
        rotated: Whether its key was replaced after the client read it, so that only the source has the right one.
    """

    name: str
    models: tuple[str, ...] = (MODEL,)
    does: Step | tuple[Step, ...] = ()
    to: str | None = None
    adapter: Literal["openai", "azure", "anthropic"] = "openai"
    down: bool = False
    rotated: bool = False


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One call.

    Attributes:
        model: The name asked for.
        stream: Whether the answer is streamed.
        options: Routing options of this call.
        deadline: Seconds for the whole call, which Router has no word for.
        after: Seconds that pass before it.
        client: Which client makes it; a second one is made like the first.
    """

    model: str = MODEL
    stream: bool = False
    options: Mapping[str, Any] = {}
    deadline: float | None = None
    after: float = 0.0
    client: int = 0


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """A situation, and what each side makes of it.

    Attributes:
        name: The situation in a sentence.
        providers: Who there is, in connection order.
        args: `router_args`, the same for both.
        calls: The calls, one after the other.
        prefer: How Router is told that order.
        ours: What comes of each call with us, in the words of `outcome.describe`.
        router: What comes of it with Router.
        expected: Where the two differ: which of them a user would expect.
        why: And why they differ, in a sentence.
    """

    name: str
    providers: tuple[Provider, ...]
    args: Mapping[str, Any] = {}
    calls: tuple[Ask, ...] = (Ask(),)
    prefer: Literal["order", "weight"] = "order"
    ours: tuple[str, ...]
    router: tuple[str, ...]
    expected: Literal["ours", "Router", "either"] | None = None
    why: str = ""

    @property
    def clients(self) -> int:
        """How many clients there are."""
        return 1 + max(ask.client for ask in self.calls)

    @property
    def same(self) -> bool:
        """Whether both do the same."""
        return self.ours == self.router


def seoul(does: Step | tuple[Step, ...] = (), **facts: Any) -> Provider:
    """Return the first provider."""
    return Provider(name="seoul", does=does, **facts)


def usa(does: Step | tuple[Step, ...] = (), **facts: Any) -> Provider:
    """Return the second provider."""
    return Provider(name="usa", does=does, **facts)


def lab(does: Step | tuple[Step, ...] = (), **facts: Any) -> Provider:
    """Return a provider of another model, the fallback of most scenarios."""
    return Provider(name="lab", does=does, **{"models": ("spare",), **facts})
