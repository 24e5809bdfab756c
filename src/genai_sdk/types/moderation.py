"""What is objectionable in texts and pictures: the answer to `client.moderation`."""

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec

from genai_sdk.types.base import Readers, Value, many, one
from genai_sdk.types.call import CallInfo
from genai_sdk.types.usage import Usage


class Moderation(Value, frozen=True):
    """The judgement of one input.

    Attributes:
        flagged: Whether anything in it is objectionable.
        categories: Whether it is, by category such as `"harassment"`.
        category_scores: How likely that is, 0 to 1, by category.
    """

    flagged: bool = False
    categories: Mapping[str, bool | None] = msgspec.field(default_factory=dict)
    category_scores: Mapping[str, float] = msgspec.field(default_factory=dict)

    readers: ClassVar[Readers] = {"flagged": bool, "categories": dict, "category_scores": dict}


class ModerationResponse(Value, frozen=True):
    """The answer to `client.moderation`, its `results` in the order of the inputs.

    Attributes:
        id: The provider's id of the answer.
        results: A judgement of each input.
        model: The model that judged.
        usage: The tokens, where the provider reports them.
        genai: What is known of the call.
    """

    id: str = ""
    model: str = ""
    results: tuple[Moderation, ...] = ()
    usage: Usage | None = None
    genai: CallInfo = CallInfo()

    readers: ClassVar[Readers] = {"results": many(Moderation), "usage": one(Usage)}

    @property
    def flagged(self) -> bool:
        """Whether anything in any input is objectionable."""
        return any(result.flagged for result in self.results)

    def recorded(self) -> Any:
        """Return what stands for the answer in a trace."""
        return self.results
