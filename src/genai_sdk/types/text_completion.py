"""A text and how it goes on: the answer to `client.text_completion`, and the chunks of a streamed one."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from genai_sdk.types.base import Readers, Value, count, many, one
from genai_sdk.types.call import CallInfo
from genai_sdk.types.usage import Usage


class TextChoice(Value, frozen=True):
    """One way that the text goes on."""

    index: int = 0
    text: str = ""
    finish_reason: str | None = None
    logprobs: Any = None

    readers: ClassVar[Readers] = {"index": count}


class TextCompletion(Value, frozen=True):
    """The answer to `client.text_completion`; a stream's chunks have the same shape.

    Attributes:
        id: The provider's id of the answer.
        created: When it was made (Unix time).
        model: The model that answered.
        choices: The texts.
        usage: The tokens, where the provider reports them.
        genai: What is known of the call; empty on a chunk.
    """

    id: str = ""
    object: Literal["text_completion"] = "text_completion"
    created: int = 0
    model: str = ""
    choices: tuple[TextChoice, ...] = ()
    usage: Usage | None = None
    genai: CallInfo = CallInfo()

    readers: ClassVar[Readers] = {
        "object": lambda _: "text_completion",
        "created": count,
        "choices": many(TextChoice),
        "usage": one(Usage),
    }

    @property
    def text(self) -> str:
        """The first choice's text."""
        return self.choices[0].text if self.choices else ""

    @classmethod
    def of(cls, chunks: Sequence["TextCompletion"], model: str) -> "TextCompletion":
        """Return chunks as one answer."""
        texts: dict[int, list[str]] = {}
        reasons: dict[int, str] = {}
        for choice in (choice for chunk in chunks for choice in chunk.choices):
            texts.setdefault(choice.index, []).append(choice.text)
            if choice.finish_reason:
                reasons[choice.index] = choice.finish_reason
        choices = tuple(
            TextChoice(index=index, text="".join(pieces), finish_reason=reasons.get(index))
            for index, pieces in sorted(texts.items())
        )
        first = chunks[0] if chunks else cls()
        usage = next((chunk.usage for chunk in reversed(chunks) if chunk.usage is not None), None)
        return cls(id=first.id, created=first.created, model=first.model or model, choices=choices, usage=usage)

    def recorded(self) -> Any:
        """Return what stands for the answer in a trace."""
        texts = [choice.text for choice in self.choices]
        return texts[0] if len(texts) == 1 else texts
