"""A version of a prompt as Langfuse has it, and how it is compiled."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from genai_sdk.errors import InvalidRequestError, PromptVariableError
from genai_sdk.prompts.contract import answer_schema, bounds_of
from genai_sdk.prompts.template import ChatTemplate, TextTemplate, parse_chat, parse_text
from genai_sdk.sentence import Sentence
from genai_sdk.types import PromptLink


class StoredPrompt(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a prompt, or the fallback for one.

    Attributes:
        name: The prompt's name.
        version: Its version; None for a fallback.
        labels: Its labels.
        tags: Its tags.
        config: Its settings, shared by all: to be copied before anyone may change it.
        template: What is compiled.
        etag: Langfuse's entity tag of its answer, to ask whether it is still so; None where it gave none.
        experiment: The label that an experiment drew, with the weights of all; empty without one.
    """

    name: str
    version: int | None = None
    labels: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    config: Any = None
    template: TextTemplate | ChatTemplate
    etag: str | None = None
    experiment: str = ""

    @property
    def link(self) -> PromptLink | None:
        """What a call is linked to; nothing for a fallback."""
        if self.version is None:
            return None
        max_cost, max_latency = bounds_of(self.config)
        return PromptLink(
            self.name,
            self.version,
            self.experiment,
            max_cost=max_cost,
            max_latency=max_latency,
            answer=answer_schema(self.config) if isinstance(self.config, Mapping) else None,
        )

    def check(self, variables: Mapping[str, Any]) -> None:
        """Return if the prompt can be compiled with these variables; those it does not know are left unused.

        Unused ones are no error: whoever takes a variable out of a prompt in Langfuse must not break running programs.

        Raises:
            PromptVariableError: One is missing, or a placeholder's is not a list of messages.
        """
        names, placeholders = self.template.names, self.template.placeholders
        missing = [name for name in names if name not in variables]
        if missing:
            example = ", ".join(f"{name!r}: {'[…]' if name in placeholders else '…'}" for name in names)
            unknown = sorted(str(name) for name in variables if name not in names)
            surplus = Sentence.of("prompt.surplus", "; it has no {names}", names=_list(unknown))
            lists = Sentence.of("prompt.lists", "; a placeholder takes a list of messages, [] for none")
            raise PromptVariableError(
                Sentence.of(
                    "prompt.missing",
                    "{prompt} needs a value for {names}: give variables={{{example}}}{surplus}{lists}",
                    prompt=self.describe(),
                    names=_list(missing),
                    example=example,
                    surplus=surplus if unknown else "",
                    lists=lists if set(missing) & set(placeholders) else "",
                )
            )
        for name in placeholders:
            if not _are_messages(variables[name]):
                raise PromptVariableError(
                    Sentence.of(
                        "prompt.placeholder",
                        'the placeholder {name!r} of {prompt} takes a list of messages such as [{{"role": '
                        '"user", "content": "Hello!"}}] ([] for none), not {kind}',
                        name=name,
                        prompt=self.describe(),
                        kind=_kind(variables[name]),
                    )
                )

    def describe(self) -> str:
        """Name the prompt, for messages."""
        if self.version is None:
            return f"the fallback of prompt {self.name!r}"
        return f"prompt {self.name!r} (version {self.version})"


def fallback_prompt(name: str, fallback: str | Sequence[Mapping[str, Any]]) -> StoredPrompt:
    """Make a prompt of a call's `fallback`.

    Raises:
        InvalidRequestError: It is neither a text nor a list of messages.
    """
    if isinstance(fallback, str):
        return StoredPrompt(name=name, template=parse_text(fallback))
    if _are_messages(fallback, placeholders=True):
        return StoredPrompt(name=name, template=parse_chat(fallback))
    raise InvalidRequestError(
        Sentence.of(
            "prompt.fallback", "fallback must be a text or a list of messages, not {kind}", kind=type(fallback).__name__
        )
    )


def _are_messages(value: Any, *, placeholders: bool = False) -> bool:
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str | bytes)
        and all(
            isinstance(message, Mapping)
            and (isinstance(message.get("role"), str) or (placeholders and message.get("type") == "placeholder"))
            for message in value
        )
    )


def _kind(value: Any) -> str:
    return "a list of something else" if isinstance(value, list) else type(value).__name__


def _list(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names))
