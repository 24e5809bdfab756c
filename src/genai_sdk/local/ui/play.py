"""What is to be played: what stands in the playground's form, what becomes of it, and what is wrong with it. Pure."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from genai_sdk.catalogue import CHAT_PARAMETERS
from genai_sdk.langfuse.composition import resolve
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.prompt import PromptVersion
from genai_sdk.local.ui.draft import Draft, Fault, content_of, draft_of
from genai_sdk.local.ui.json_text import read_json, wrong_json
from genai_sdk.local.ui.marked import template_of
from genai_sdk.local.ui.play_config import config_of, settled, shown, with_config
from genai_sdk.prompts.template import ChatTemplate, TextTemplate

LANES = 3
"""How many models answer side by side, at most."""

_LONGEST_MODEL = 300
_LONGEST_SESSION = 200

Find = Callable[..., PromptVersion | None]
"""Finds a version of a prompt by `name`, and `version` or `label`."""


class Play(msgspec.Struct, frozen=True, kw_only=True):
    """What the models are asked.

    Attributes:
        models: Their names, one for each lane.
        messages: The conversation, with everything filled in.
        options: OpenAI's parameters.
        session: The session that the traces belong to.
        prompt: The prompt's name and version, if it is played as it is written.
    """

    models: tuple[str, ...]
    messages: list[dict[str, Any]]
    options: Mapping[str, Any]
    session: str
    prompt: tuple[str, int] | None = None


class Setup(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What stands in the form.

    Attributes:
        draft: The prompt or the messages, and what the variables and placeholders are filled with.
        version: The version of the prompt that it was loaded from; 0 for none.
        models: The models' names, by lane; empty where there is to be none.
        temperature: As it was typed.
        max_tokens: As it was typed.
        session: The session of this visit of the page.
    """

    draft: Draft
    version: int = 0
    models: list[str] = []
    temperature: str = ""
    max_tokens: str = ""
    session: str = ""

    def read(self, find: Find) -> tuple[Play | None, dict[str, Fault]]:
        """Return what is to be played, or what is wrong, by the ids of the form's fields and `sample:…`."""
        faults: dict[str, Fault] = {}
        models = self._models(faults)
        messages = self._messages(find, faults)
        options = {name: item for name, item in self._config(faults).items() if name in CHAT_PARAMETERS}
        if faults:
            return None, faults
        name = self.draft.name
        stored = find(name, version=self.version) if name and self.version else None
        same = stored is not None and _content(draft_of(stored, "")) == _content(self.draft)
        play = Play(
            models=models,
            messages=messages,
            options=options,
            session=self.session[:_LONGEST_SESSION],
            prompt=(name, self.version) if same else None,
        )
        return play, {}

    def template(self, find: Find) -> TextTemplate | ChatTemplate:
        """Return what is to be filled, with what it refers to as far as that is there."""
        try:
            return template_of(resolve(find, _root(self.draft, self.draft.content)).prompt)
        except ApiError:
            return template_of(self.draft.content)

    def _models(self, faults: dict[str, Fault]) -> tuple[str, ...]:
        named = [(number, model.strip()) for number, model in enumerate(self.models, 1) if model.strip()]
        if not named:
            faults["model-1"] = Fault("", "playground.fault_no_model")
        elif len(named) > LANES:
            faults["model-1"] = Fault("", "playground.fault_models", {"count": LANES})
        for number, model in named:
            if len(model) > _LONGEST_MODEL or not model.isprintable():
                faults[f"model-{number}"] = Fault("", "playground.fault_model")
        return tuple(model for _, model in named)

    def _messages(self, find: Find, faults: dict[str, Fault]) -> list[dict[str, Any]]:
        content: Any = self.draft.text
        if self.draft.type == "chat":
            content = []
            for place, line in self.draft.written():
                try:
                    content.append(content_of(line))
                except ValueError as error:
                    faults[f"lines.{place}"] = Fault("", "prompts.fault_json_other", {"what": wrong_json(error)})
        if not (content.strip() if isinstance(content, str) else content):
            faults.setdefault("prompt", self.draft.nothing())
        if faults:
            return []
        try:
            template = template_of(resolve(find, _root(self.draft, content)).prompt)
        except ApiError as refusal:
            faults["prompt"] = Fault(refusal.message)
            return []
        variables: dict[str, Any] = {}
        for name in template.names:
            try:
                variables[name] = self._value(name, is_list=name in template.placeholders)
            except ValueError:
                key = "fault_placeholder" if name in template.placeholders else "fault_variable"
                faults[f"sample:{name}"] = Fault("", f"playground.{key}", {"name": name})
        if faults:
            return []
        filled = template.fill(variables)
        if not filled:
            faults["prompt"] = Fault("", "playground.fault_nothing")
        return [{"role": "user", "content": filled}] if isinstance(filled, str) else filled

    def _value(self, name: str, *, is_list: bool) -> Any:
        """Return what a variable or a placeholder is filled with.

        Raises:
            ValueError: It is not there, or is no list of messages where it has to be one. An empty field counts as not
                there: nobody can tell whether it was meant or forgotten.
        """
        text = self.draft.samples.get(name)
        if not is_list:
            if not text:
                raise ValueError(name)
            return text
        messages = read_json(text) if text and text.strip() else []
        if not isinstance(messages, list) or not all(isinstance(each, dict) and "role" in each for each in messages):
            raise ValueError(name)
        return messages

    def saved(self) -> tuple[Draft, dict[str, Fault]]:
        """Return the draft with the first model and the parameters in its config, or what is wrong with them."""
        faults: dict[str, Fault] = {}
        if any(model.strip() for model in self.models):
            self._models(faults)
        config = self._config(faults)
        return msgspec.structs.replace(self.draft, config=with_config(self.draft, config)), faults

    def _config(self, faults: dict[str, Fault]) -> dict[str, Any]:
        return settled(self.draft, self.models, self.temperature, self.max_tokens, faults)


def setup_of(version: PromptVersion, session: str) -> Setup:
    """Return the form for a version of a prompt."""
    draft = draft_of(version, "")
    fields = shown(config_of(draft))
    return Setup(
        draft=draft,
        version=version.version,
        models=[fields["model"]] if fields["model"] else [],
        temperature=fields["temperature"],
        max_tokens=fields["max_tokens"],
        session=session,
    )


def _content(draft: Draft) -> Any:
    return draft.type, draft.content


def _root(draft: Draft, content: Any) -> PromptVersion:
    """Return what stands in the form as if it were stored, for what it refers to to be found."""
    moment = datetime.fromtimestamp(0, UTC)
    return PromptVersion(
        id="",
        name=draft.name,
        version=0,
        type=draft.type,
        prompt=content,
        config={},
        labels=[],
        tags=[],
        commit_message=None,
        created_at=moment,
        updated_at=moment,
    )
