"""The Python that uses a prompt, to be copied."""

import json
from typing import Any

from genai_sdk.langfuse.prompt import LATEST, PRODUCTION, PromptVersion
from genai_sdk.local.ui.marked import template_of
from genai_sdk.prompts.template import ChatTemplate, TextTemplate

USUAL_MODEL = "gpt-6-luna"


def snippet(version: PromptVersion, prompt: Any) -> str:
    """Return code that has this version filled and answered; without a model in its config, it names one.

    What a call says counts before the prompt's config, so code that named the model would go on asking it whatever a
    later version says.

    Args:
        version: The version; it is asked for by a label if it has one that is more than `latest`.
        prompt: Its content with references to other prompts replaced.
    """
    model = [] if _has_model(version.config) else [f"model={_text(USUAL_MODEL)}"]
    variables = _variables(template_of(prompt))
    lines = ["from genai_sdk import GenAIClient", "", "client = GenAIClient()"]
    if PRODUCTION in version.labels:  # which a call by the prompt's name asks for
        call = _call("client.completion", [*model, f"prompt={_text(version.name)}", *variables])
    else:
        own = sorted(set(version.labels) - {LATEST})
        which = f"label={_text(own[0])}" if own else f"version={version.version}"
        lines.append("prompt = " + _call("client.get_prompt", [_text(version.name), which, *variables]))
        call = _call("client.completion", [*model, "prompt=prompt"])
    return "\n".join([*lines, f"response = {call}", "print(response.text)"])


def _variables(template: TextTemplate | ChatTemplate) -> list[str]:
    values = dict.fromkeys(template.placeholders, '[{"role": "user", "content": "Hello!"}]')
    lines = [f"        {_text(name)}: {values.get(name, _text('...'))}," for name in template.names]
    return ["variables={\n" + "\n".join(lines) + "\n    }"] if lines else []


def _call(method: str, arguments: list[str]) -> str:
    if "\n" not in arguments[-1]:
        return f"{method}({', '.join(arguments)})"
    return f"{method}(\n" + "".join(f"    {each},\n" for each in arguments) + ")"


def _has_model(config: Any) -> bool:
    model = config.get("model") if isinstance(config, dict) else None
    return isinstance(model, str) and bool(model)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
