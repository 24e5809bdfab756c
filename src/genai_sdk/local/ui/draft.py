"""A prompt being written: what stands in the form, what may become of it, and what is wrong with it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.new_prompt import NewPrompt, read_prompt
from genai_sdk.langfuse.prompt import LATEST, PromptVersion
from genai_sdk.local.ui.json_text import read_json, wrong_json
from genai_sdk.local.ui.language import Words
from genai_sdk.sentence import Sentence

ROLES = ("system", "user", "assistant", "developer", "tool")
"""The roles that are suggested; any may be written."""

_SAMPLE = "sample:"

Kind = Literal["message", "placeholder", "json"]


class Fault(NamedTuple):
    """What is wrong with a field: in Langfuse's words, or as the key of a phrase of ours with what belongs in it."""

    text: str
    key: str | None = None
    values: Mapping[str, object] = {}


def fault_text(fault: Fault, words: Words) -> str:
    """Return what is wrong in the reader's language."""
    if fault.key is None:
        return words.translate(fault.text)
    return words(
        fault.key, **{name: words.translate(it) if isinstance(it, str) else it for name, it in fault.values.items()}
    )


class DraftLine(msgspec.Struct, frozen=True):
    """A row of a chat.

    Attributes:
        kind: A message, a placeholder, or a message with more than a role and text, which is edited as JSON.
        role: Whose message it is.
        content: The message's text, the placeholder's name, or the JSON.
    """

    kind: Kind = "message"
    role: str = "user"
    content: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether it is a message without a text: it is left out, since some providers refuse one."""
        return self.kind == "message" and not self.content.strip()


class Draft(msgspec.Struct, kw_only=True):
    """What stands in the form.

    Attributes:
        name: The prompt's name.
        type: text or chat.
        text: The text.
        lines: The chat's rows.
        config: The settings, as they were typed.
        labels: The labels, separated by commas.
        tags: The tags, likewise.
        message: What is said of the version.
        author: Who writes it.
        samples: What the variables are filled with in the preview.
    """

    name: str = ""
    type: Literal["text", "chat"] = "chat"
    text: str = ""
    lines: list[DraftLine] = []
    config: str = "{}"
    labels: str = ""
    tags: str = ""
    message: str = ""
    author: str = ""
    samples: dict[str, str] = {}

    @property
    def content(self) -> Any:
        """The prompt as far as it can be read, without blank messages: what is wrong in it stands as text."""
        if self.type == "text":
            return self.text
        return [content_of(line, strict=False) for _, line in self.written()]

    def written(self) -> list[tuple[int, DraftLine]]:
        """Return the rows that have something in them, with their places in the form."""
        return [(place, line) for place, line in enumerate(self.lines) if not line.is_blank]

    def after(self, action: str) -> "Draft":
        """Return the draft after one of the form's buttons, such as `add:message`, `up:2` or `type:text`."""
        what, _, which = action.partition(":")
        changed = msgspec.structs.replace(self, lines=list(self.lines))
        lines = changed.lines
        at = int(which) if which.isascii() and which.isdecimal() and len(which) < 9 else -1
        if what == "add" and which == "message":
            last = next((line.role for line in reversed(lines) if line.kind == "message"), "")
            lines.append(DraftLine("message", "system" if not lines else "assistant" if last == "user" else "user"))
        elif what == "add" and which == "placeholder":
            lines.append(DraftLine("placeholder", ""))
        elif what == "remove" and 0 <= at < len(lines):
            del lines[at]
        elif what in ("up", "down") and 0 <= at < len(lines):
            other = max(0, min(len(lines) - 1, at + (1 if what == "down" else -1)))
            lines[at], lines[other] = lines[other], lines[at]
        elif what == "type" and which in ("text", "chat"):
            changed.type = "chat" if which == "chat" else "text"
            if which == "chat" and not lines:
                lines.append(DraftLine("message", "user", self.text))
        return changed

    def read(self) -> tuple[NewPrompt | None, dict[str, Fault]]:
        """Return the version to be written, or what is wrong by field: `lines.N` for a row of the chat."""
        faults: dict[str, Fault] = {}
        config: Any = {}
        try:
            config = read_json(self.config) if self.config.strip() else {}
        except ValueError as error:
            faults["config"] = _fault(error)
        prompt: Any = self.text
        written = self.written()
        if self.type == "chat":
            prompt = []
            for place, line in written:
                try:
                    prompt.append(content_of(line))
                except ValueError as error:
                    faults[f"lines.{place}"] = _fault(error)
                    prompt.append({"role": "user", "content": ""})
        if not (prompt.strip() if isinstance(prompt, str) else prompt):
            faults["prompt"] = self.nothing()
        body = {
            "name": self.name.strip(),
            "type": self.type,
            "prompt": prompt,
            "config": config,
            "labels": [label for label in separated(self.labels) if label != LATEST],
            "tags": separated(self.tags),
            "commitMessage": self.message.strip() or None,
        }
        new, refused = _read(body)
        places = {f"lines.{number}": f"lines.{place}" for number, (place, _) in enumerate(written)}
        faults = {**{places.get(field, field): fault for field, fault in refused.items()}, **faults}
        return (None, faults) if faults else (new, {})

    def nothing(self) -> Fault:
        """Return the fault of a draft in which nothing is left."""
        return Fault("", "prompts.fault_empty" if self.type == "text" else "prompts.fault_no_message")


def _read(body: dict[str, Any]) -> tuple[NewPrompt | None, dict[str, Fault]]:
    """Read a version, and say everything that is wrong: a refusal names one field, which is then left out."""
    harmless: dict[str, Any] = {"name": "x", "prompt": [], "labels": [], "tags": [], "commitMessage": None}
    faults: dict[str, Fault] = {}
    for _ in range(len(harmless) + 1):
        try:
            new = read_prompt(json.dumps(body).encode())
        except ApiError as refusal:
            problems = faults_of(refusal)
            faults.update(problems)
            field = {"message": "commitMessage"}.get(next(iter(problems)).partition(".")[0], next(iter(problems)))
            field = "prompt" if field.startswith("lines.") else field
            body = {**body, field: harmless.get(field), "type": "chat" if field == "prompt" else body["type"]}
        else:
            return new, faults
    return None, faults


def draft_of(version: PromptVersion, author: str) -> Draft:
    """Return the draft of a version's successor."""
    text = version.prompt if isinstance(version.prompt, str) else ""
    return Draft(
        name=version.name,
        type="text" if version.type == "text" else "chat",
        text=text,
        lines=[] if isinstance(version.prompt, str) else [line_of(message) for message in version.prompt],
        config=json.dumps(version.config, ensure_ascii=False, indent=2),
        tags=", ".join(version.tags),
        author=author,
    )


def read_draft(form: Mapping[str, Sequence[str]]) -> Draft:
    """Return what stands in a form that was sent."""

    def last(name: str) -> str:
        return form.get(name, [""])[-1]

    rows = zip(form.get("kind", ()), form.get("role", ()), form.get("content", ()), strict=False)
    return Draft(
        name=last("name"),
        type="text" if last("type") == "text" else "chat",
        text=last("text"),
        lines=[DraftLine(_kind(kind), role, content) for kind, role, content in rows],
        config=last("config"),
        labels=last("labels"),
        tags=last("tags"),
        message=last("message"),
        author=last("author"),
        samples={name.removeprefix(_SAMPLE): texts[-1] for name, texts in form.items() if name.startswith(_SAMPLE)},
    )


def separated(text: str) -> list[str]:
    """Return the parts of a text that are separated by commas, each once."""
    return list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def content_of(line: DraftLine, *, strict: bool = True) -> dict[str, Any]:
    """Return a row as a message.

    Args:
        line: The row.
        strict: Whether to raise; otherwise what cannot be read stands as text.

    Raises:
        ValueError: It holds no JSON object, where it has to.
    """
    if line.kind == "placeholder":
        return {"type": "placeholder", "name": line.content.strip()}
    if line.kind == "message":
        return {"role": line.role.strip(), "content": line.content}
    try:
        read = read_json(line.content)
        if not isinstance(read, dict):
            raise ValueError(Sentence.of("json.no_object", "expected a JSON object"))
    except ValueError:
        if strict:
            raise
        return {"role": "?", "content": line.content}
    return read


def faults_of(refusal: ApiError) -> dict[str, Fault]:
    """Return what a refusal says, by the form's fields; what belongs to none belongs to the prompt."""
    if not isinstance(refusal.error, list):
        return {"prompt": _known(refusal.message)}
    faults: dict[str, Fault] = {}
    for each in refusal.error:
        path = str((each.get("path") or [""])[0]).split(".")
        field = {"commitMessage": "message", "": "prompt"}.get(path[0], path[0])
        if field == "prompt" and len(path) > 1 and path[1].isdecimal():
            field = f"lines.{path[1]}"
        faults[field] = _known(each.get("message", ""))
    return faults


# What the store refuses, and the phrase that says it of a field of the form.
_PHRASES: Mapping[str, str] = {
    "body.name_empty": "fault_name_empty",
    "body.name_long": "fault_name_long",
    "body.name_bar": "fault_name_bar",
    "body.name_markup": "fault_name_markup",
    "body.name_slash": "fault_name_slash",
    "body.name_reserved": "fault_name_reserved",
    "body.name_control": "fault_name_control",
    "body.label": "fault_label",
    "body.too_big": "fault_message_long",
    "body.other_type": "fault_type",
    "body.placeholder": "fault_placeholder",
}


def _known(text: str) -> Fault:
    phrase = _PHRASES.get(text.key) if isinstance(text, Sentence) else None
    return Fault(text, f"prompts.{phrase}" if phrase else None)


def _fault(error: ValueError) -> Fault:
    what = wrong_json(error)
    if isinstance(error, json.JSONDecodeError):
        return Fault(str(error), "prompts.fault_json", {"line": error.lineno, "column": error.colno, "what": what})
    return Fault(str(error), "prompts.fault_json_other", {"what": what})


def _kind(text: str) -> Kind:
    return "placeholder" if text == "placeholder" else "json" if text == "json" else "message"


def line_of(message: Mapping[str, Any]) -> DraftLine:
    """Return a message as a row of the form; what has more than a role and a text is edited as JSON."""
    if message.get("type") == "placeholder" and set(message) == {"type", "name"}:
        return DraftLine("placeholder", "", str(message["name"]))
    if set(message) - {"type"} == {"role", "content"} and isinstance(message["content"], str):
        return DraftLine("message", str(message["role"]), message["content"])
    return DraftLine("json", "", json.dumps(message, ensure_ascii=False, indent=2))
