"""The Python that uses a prompt, to be copied."""

import json
from typing import Any

from genai_sdk.langfuse.prompt import LATEST, PRODUCTION, PromptVersion
from genai_sdk.local.ui.marked import template_of

USUAL_MODEL = "gpt-4o-mini"


def snippet(version: PromptVersion, prompt: Any) -> str:
    """Return code that gets this version, fills it and has it answered.

    Args:
        version: The version; it is asked for by a label if it has one that is more than `latest`.
        prompt: Its content with references to other prompts replaced.
    """
    template = template_of(prompt)
    arguments = [_text(version.name)]
    if PRODUCTION not in version.labels:
        own = sorted(set(version.labels) - {LATEST})
        arguments.append(f"label={_text(own[0])}" if own else f"version={version.version}")
    names = template.names
    if names:
        values = dict.fromkeys(template.placeholders, '[{"role": "user", "content": "Hello!"}]')
        lines = [f"        {_text(name)}: {values.get(name, _text('...'))}," for name in names]
        arguments.append("variables={\n" + "\n".join(lines) + "\n    }")
    if len(arguments) == 1:
        asked = f"client.get_prompt({arguments[0]})"
    else:
        asked = "client.get_prompt(\n" + "".join(f"    {each},\n" for each in arguments) + ")"
    return (
        "from genai_sdk import GenAIClient\n\n"
        "client = GenAIClient()\n"
        f"prompt = {asked}\n"
        f"response = client.completion(model={_text(_model(version.config))}, prompt=prompt)\n"
        "print(response.text)"
    )


def _model(config: Any) -> str:
    model = config.get("model") if isinstance(config, dict) else None
    return model if isinstance(model, str) and model else USUAL_MODEL


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
