"""A prompt's next version and a version's new labels, as they are written."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from genai_sdk.langfuse.bodies import read_body
from genai_sdk.langfuse.errors import ApiError, invalid
from genai_sdk.langfuse.prompt import LATEST, Content
from genai_sdk.sentence import Sentence

# https://github.com/langfuse/langfuse/blob/main/packages/shared/src/features/prompts/constants.ts
_LABEL = re.compile(r"[a-z0-9_\-.]{1,36}")
_NAME_LENGTH = 255
_MESSAGE_LENGTH = 500
_RESERVED = ("new", "metrics", "prompt-detail")
_MARKUP = re.compile(r"<[^>]*>")
_VARIABLE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


class NewPrompt(msgspec.Struct, frozen=True, rename="camel"):
    """The next version of a prompt.

    Attributes:
        name: Its name; slashes make folders.
        prompt: The template: a text or a list of messages.
        type: text or chat.
        labels: Its labels.
        tags: The prompt's tags from now on; None leaves them.
        config: Free settings.
        commit_message: What is said of it.
    """

    name: str
    prompt: Content
    type: Literal["text", "chat"] = "text"
    labels: list[str] = []
    tags: list[str] | None = None
    config: Any = None
    commit_message: str | None = None


class NewLabels(msgspec.Struct, frozen=True, rename="camel"):
    """Labels that a version is given."""

    new_labels: list[str]


def read_prompt(body: bytes) -> NewPrompt:
    """Read a version to be written.

    Raises:
        ApiError: Langfuse would refuse it.
    """
    new = read_body(body, NewPrompt)
    new = msgspec.structs.replace(new, name=new.name.strip())
    check_prompt_name(new.name)
    if isinstance(new.prompt, str) != (new.type == "text"):
        if new.type == "text":
            raise invalid("prompt", Sentence.of("body.text", "Invalid input: expected string"))
        raise invalid("prompt", Sentence.of("body.list", "Invalid input: expected array"))
    if not isinstance(new.prompt, str):
        for number, message in enumerate(new.prompt):
            _check_message(number, message)
        _check_names(new.prompt)
    check_labels("labels", new.labels)
    if new.commit_message is not None and len(new.commit_message) > _MESSAGE_LENGTH:
        raise invalid(
            "commitMessage",
            Sentence.of("body.too_big", "Too big: expected string to have <={count} characters", count=_MESSAGE_LENGTH),
        )
    return new


def check_prompt_name(name: str) -> None:
    """Refuse a name that no prompt may have."""
    if not name:
        raise invalid("name", Sentence.of("body.name_empty", "Text cannot be empty"))
    if len(name) > _NAME_LENGTH:
        raise invalid(
            "name", Sentence.of("body.name_long", "Name must be {count} characters or less", count=_NAME_LENGTH)
        )
    if "|" in name:
        raise invalid("name", Sentence.of("body.name_bar", "Prompt name cannot contain '|' character"))
    if _MARKUP.search(name):
        raise invalid("name", Sentence.of("body.name_markup", "Text cannot contain HTML tags"))
    if name.startswith("/") or name.endswith("/") or "//" in name:
        raise invalid(
            "name", Sentence.of("body.name_slash", "Name cannot start or end with a slash or have two in a row")
        )
    if name in _RESERVED:
        raise invalid("name", Sentence.of("body.name_reserved", "Prompt name cannot be '{name}'", name=name))
    if not name.isprintable():
        raise invalid("name", Sentence.of("body.name_control", "Name cannot contain control characters"))


def check_labels(field: str, labels: Sequence[str]) -> None:
    """Refuse labels that no version may have."""
    for label in labels:
        if not _LABEL.fullmatch(label):
            raise invalid(
                field,
                Sentence.of(
                    "body.label",
                    "Label must be lowercase alphanumeric with optional underscores, hyphens, or periods, of "
                    "36 characters at most; found {label!r}",
                    label=label[:50],
                ),
            )


def read_labels(body: bytes) -> list[str]:
    """Read the labels that a version is given.

    Raises:
        ApiError: Langfuse would refuse them.
    """
    labels = read_body(body, NewLabels).new_labels
    if LATEST in labels:
        raise invalid(
            "newLabels", Sentence.of("body.latest", "Label 'latest' is always assigned to the latest prompt version")
        )
    check_labels("newLabels", labels)
    return labels


def _check_message(number: int, message: Mapping[str, Any]) -> None:
    if message.get("type") == "placeholder":
        if not isinstance(message.get("name"), str) or not message["name"]:
            raise invalid(
                f"prompt.{number}.name",
                Sentence.of("body.placeholder", "Invalid input: expected the placeholder's name"),
            )
    elif not isinstance(message.get("role"), str) or "content" not in message:
        raise invalid(
            f"prompt.{number}",
            Sentence.of("body.message", "Invalid input: expected a message with role and content, or a placeholder"),
        )


def _check_names(messages: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a name that stands for a value in one place and for messages in another."""
    texts = [message["content"] for message in messages if isinstance(message.get("content"), str)]
    variables = dict.fromkeys(name for text in texts for name in _VARIABLE.findall(text))
    placeholders = {message["name"] for message in messages if message.get("type") == "placeholder"}
    if both := [name for name in variables if name in placeholders]:
        raise ApiError(
            400,
            Sentence.of(
                "body.same_names",
                "Cannot create prompt, variables and placeholders must be unique, the following are not: {names}",
                names=both,
            ),
        )


def other_type() -> ApiError:
    """Return the refusal of a version that is a text after chats, or a chat after texts."""
    return ApiError(
        400,
        Sentence.of(
            "body.other_type",
            "Previous versions have different prompt type. Create a new prompt with a different name.",
        ),
    )
