"""A prompt as a file of a repository has it: a head, and a text or messages."""

import re
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from genai_sdk.cli.prompts.front_matter import YAML_FENCE, read_config, read_front_matter, write_front_matter
from genai_sdk.cli.prompts.sections import read_sections, write_sections
from genai_sdk.errors import ConfigurationError
from genai_sdk.langfuse.composition import TAG
from genai_sdk.prompts.template import ChatTemplate, TextTemplate, parse_chat, parse_text
from genai_sdk.sentence import Sentence

_FIELDS = ("type", "tags", "config")
_SECTION = re.compile(r"=== .+ ===[ \t]*(\n|$)")


class PromptDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What of a prompt is written down; which versions and labels there are is Langfuse's to know.

    Attributes:
        name: Its name; slashes make folders.
        type: `text` or `chat`.
        prompt: The text, or the messages.
        config: Its settings, by convention `model` and its parameters.
        tags: The prompt's tags, in alphabetical order.
    """

    name: str
    type: Literal["text", "chat"]
    prompt: str | list[dict[str, Any]]
    config: Any = None
    tags: tuple[str, ...] = ()

    @property
    def template(self) -> TextTemplate | ChatTemplate:
        """What the client compiles."""
        return parse_text(self.prompt) if isinstance(self.prompt, str) else parse_chat(self.prompt)

    @property
    def text(self) -> str:
        """All its text, for counting and for finding references."""
        if isinstance(self.prompt, str):
            return self.prompt
        return "\n".join(str(message.get("content", "")) for message in self.prompt)

    @property
    def references(self) -> tuple[tuple[str, str, str], ...]:
        """Which prompts it is made of: name, `label` or `version`, and which."""
        return tuple(dict.fromkeys(TAG.findall(self.text)))


def write_document(document: PromptDocument) -> str:
    """Return the file of a prompt."""
    fields: dict[str, Any] = {}
    if document.type == "chat":
        fields["type"] = "chat"
    if document.tags:
        fields["tags"] = list(document.tags)
    if isinstance(document.prompt, str):
        body = document.prompt + "\n"
        is_plain = not body.startswith(("+++", YAML_FENCE)) and not _SECTION.match(body)
        fields = fields if is_plain else {"type": "text", **fields}
    else:
        body = write_sections(document.prompt)
    return write_front_matter(fields, document.config) + body


def read_document(name: str, text: str, where: str) -> PromptDocument:
    """Read the file of a prompt.

    Args:
        name: The prompt's name.
        text: The file's text.
        where: The file, for messages.

    Raises:
        ConfigurationError: It is of the wrong form.
    """
    head, body = read_front_matter(text.replace("\r\n", "\n"), where)
    if unknown := sorted(set(head) - set(_FIELDS)):
        raise ConfigurationError(
            Sentence.of(
                "prompts.head_unknown",
                "{where}: its head does not know {unknown}; known: {fields}. Model and parameters stand below [config]",
                where=where,
                unknown=", ".join(unknown),
                fields=", ".join(_FIELDS),
            )
        )
    kind = head.get("type", "chat" if _SECTION.match(body) else "text")
    if kind not in ("text", "chat"):
        raise ConfigurationError(
            Sentence.of(
                "prompts.head_type", "{where}: type is {kind!r}, and neither text nor chat", where=where, kind=kind
            )
        )
    tags = head.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise ConfigurationError(
            Sentence.of("prompts.head_tags", '{where}: tags is no list of texts such as ["support"]', where=where)
        )
    return PromptDocument(
        name=name,
        type=kind,
        prompt=body.removesuffix("\n") if kind == "text" else read_sections(body, where),
        config=read_config(head.get("config"), where) or None,
        tags=tuple(sorted(tags)),
    )


def document_of(answer: Mapping[str, Any]) -> PromptDocument:
    """Return a version as Langfuse's API shows it."""
    prompt = answer["prompt"]
    if not isinstance(prompt, str):
        # Langfuse adds its own mark to a message that is no placeholder.
        prompt = [
            {key: value for key, value in message.items() if (key, value) != ("type", "chatmessage")}
            for message in prompt
        ]
    return PromptDocument(
        name=answer["name"],
        type="text" if isinstance(prompt, str) else "chat",
        prompt=_unix(prompt),
        config=answer.get("config") or None,
        tags=tuple(sorted(answer.get("tags") or ())),
    )


def _unix(prompt: Any) -> Any:
    """Return a prompt with the line ends that files have: a browser's form may have written others."""
    if isinstance(prompt, str):
        return prompt.replace("\r\n", "\n")
    return [
        {**message, "content": _unix(message["content"])} if isinstance(message.get("content"), str) else message
        for message in prompt
    ]
