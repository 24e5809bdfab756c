"""A recorded call as the playground's form, so that it can be played again. Pure."""

import json
from typing import Any

from genai_sdk.catalogue import CHAT_PARAMETERS
from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.values import decode
from genai_sdk.local.ui.contents import messages_of
from genai_sdk.local.ui.draft import Draft, line_of
from genai_sdk.local.ui.marked import template_of
from genai_sdk.local.ui.play import Setup
from genai_sdk.local.ui.play_config import shown

_LEFT_OUT = frozenset({"stream", "stream_options"})


def is_playable(call: Observation) -> bool:
    """Whether a call went to a model with messages that were recorded."""
    return call.type == "GENERATION" and bool(_messages(call.input))


def setup_of_call(call: Observation, connection: str | None, session: str) -> Setup:
    """Return the form for a call that `is_playable`: its messages, its parameters and the deployment that served it.

    Args:
        call: The call.
        connection: The connection that served it, None where it is gone or was never said.
        session: The session of this visit of the page.
    """
    messages = _messages(call.input)
    model = call.model or ""
    config: dict[str, Any] = {**_tools(call.input), **_parameters(call)}
    if model:
        config["model"] = f"{connection}/{model}" if connection else model
    fields = shown(config)
    return Setup(
        draft=Draft(
            lines=[line_of(message) for message in messages],
            config=json.dumps(config, ensure_ascii=False, indent=2),
            samples={name: f"{{{{{name}}}}}" for name in template_of(messages).names},  # was sent as it stands
        ),
        models=[fields["model"]] if fields["model"] else [],
        temperature=fields["temperature"],
        max_tokens=fields["max_tokens"],
        session=session,
    )


def _messages(value: Any) -> list[dict[str, Any]]:
    """Return the messages of an input, empty if it has none; a text alone is a user's."""
    if isinstance(value, str):
        return [{"role": "user", "content": value}] if value.strip() else []
    return [dict(message) for message in messages_of(value) or () if message["role"]]


def _parameters(call: Observation) -> dict[str, Any]:
    """Return the parameters that a call can be made with; Langfuse keeps lists and objects as JSON."""
    return {
        name: decode(value) if isinstance(value, str) and value[:1] in ("{", "[") else _flag(value)
        for name, value in call.parameters.items()
        if name in CHAT_PARAMETERS and name not in _LEFT_OUT
    }


def _flag(value: Any) -> Any:
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def _tools(value: Any) -> dict[str, Any]:
    """Return the tools that some recorders keep beside the messages."""
    return {"tools": value["tools"]} if isinstance(value, dict) and isinstance(value.get("tools"), list) else {}
