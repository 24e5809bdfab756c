"""Prompts made of prompts: `@@@langfusePrompt:name=X|label=Y@@@` and `…|version=N@@@`, resolved as Langfuse does."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.prompt import PromptVersion
from genai_sdk.sentence import Sentence

# https://langfuse.com/docs/prompt-management/features/composability
TAG = re.compile(r"@@@langfusePrompt:name=([^|@]+)\|(label|version)=([^@]+?)@@@")
"""A reference: the name of the other prompt, `label` or `version`, and which."""

_DEEPEST = 5


class Composed(msgspec.Struct, frozen=True):
    """A prompt with its references replaced.

    Attributes:
        prompt: The text or messages.
        graph: Who refers to whom, as Langfuse shows it; None where nobody does.
    """

    prompt: Any
    graph: Mapping[str, Any] | None


def resolve(find: Callable[..., PromptVersion | None], root: PromptVersion) -> Composed:
    """Replace the references in a prompt, and in what they refer to.

    Args:
        find: Finds a version by `name` and `label` or `version`.
        root: The prompt.

    Raises:
        ApiError: A prompt is missing or is no text, refers to itself, or they go more than five deep.
    """
    dependencies: dict[str, list[dict[str, Any]]] = {}

    def fill(parent: PromptVersion, content: Any, above: tuple[str, ...]) -> Any:
        if isinstance(content, str):
            return TAG.sub(lambda tag: text_of(parent, tag, above), content)
        if isinstance(content, Mapping):
            return {key: fill(parent, part, above) for key, part in content.items()}
        return [fill(parent, part, above) for part in content] if isinstance(content, list) else content

    def text_of(parent: PromptVersion, tag: re.Match[str], above: tuple[str, ...]) -> str:
        name, kind, wanted = tag.groups()
        by_version = kind == "version"
        child = find(name, version=_number(wanted)) if by_version else find(name, label=wanted)
        reference = Sentence.of("prompt.reference_version", "version")
        if not by_version:
            reference = Sentence.of("prompt.reference_label", "label")
        if child is None:
            raise ApiError(
                400,
                Sentence.of(
                    "prompt.dependency",
                    "Prompt dependency not found: {name} - {kind} {wanted}",
                    name=name,
                    kind=reference,
                    wanted=wanted,
                ),
            )
        if child.name == root.name or child.id in above:
            raise ApiError(
                400,
                Sentence.of(
                    "prompt.circular",
                    "Circular dependency detected involving prompt '{name}' version {version}",
                    name=name,
                    version=child.version,
                ),
            )
        if not isinstance(child.prompt, str):
            raise ApiError(
                400,
                Sentence.of(
                    "prompt.dependency_chat",
                    "Prompt dependency is not a text prompt: {name} - {kind} {wanted}",
                    name=name,
                    kind=reference,
                    wanted=wanted,
                ),
            )
        if len(above) >= _DEEPEST:
            raise ApiError(
                400, Sentence.of("prompt.nested", "Maximum nesting depth exceeded ({deepest})", deepest=_DEEPEST)
            )
        known = dependencies.setdefault(parent.id, [])
        row = {"id": child.id, "name": child.name, "version": child.version}
        if row not in known:
            known.append(row)
        return str(fill(child, child.prompt, (*above, child.id)))

    prompt = fill(root, root.prompt, (root.id,))
    graph = {"root": {"name": root.name, "version": root.version, "id": root.id}, "dependencies": dependencies}
    return Composed(prompt, graph if dependencies else None)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else -1
