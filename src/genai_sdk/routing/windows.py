"""Whether a request fits a model's window, as far as that can be told before it is sent. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from genai_sdk.catalogue import facts_of
from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import ContextWindowExceededError
from genai_sdk.sentence import Sentence

# Vendors' tokenizers give an English word of six letters one token, three digits one, a sign or a character of another
# script at most about one: counted so, text comes out at or a little above what it is.
_TOKEN = re.compile(r"[A-Za-z]{1,6}|[0-9]{1,3}|[^\sA-Za-z0-9]|\s{4}")
# Marks around a message, of which every vendor has a few.
_PER_MESSAGE = 4
# Parameters that are part of the prompt.
_PROMPTED = ("tools", "functions", "response_format", "instructions", "system", "text", "output_config")


def check_window(deployment: Deployment, request: Any) -> None:
    """See that a request fits its model's window.

    Raises:
        ContextWindowExceededError: It has more tokens, by an estimate that is rather too high than too low, than the
            catalogue says that the model takes.
    """
    view = deployment.connection.view
    facts = facts_of(view.adapter, deployment.model, region=view.region)
    if facts is None or facts.window is None:
        return
    tokens = tokens_in(request)
    if tokens > facts.window:
        raise ContextWindowExceededError(
            Sentence.of(
                "window.exceeded",
                "{name}/{model} was not asked: the request has about {tokens} tokens, and the model "
                "takes {window} (pre_call_checks; send less, or use a model with a larger window)",
                name=view.name,
                model=deployment.model,
                tokens=tokens,
                window=facts.window,
            ),
            provider=view.adapter,
            connection=view.name,
            model=deployment.model,
        )


def tokens_in(request: Any) -> int:
    """Estimate a request's prompt tokens: its texts and tools, without images, sound and files."""
    texts: Any = getattr(request, "input", None)
    if isinstance(texts, str):
        texts = [texts]
    if texts is not None and not any(isinstance(item, Mapping) for item in texts):
        return max(map(_count, texts), default=0)
    messages: Any = texts or getattr(request, "messages", ())
    counted = sum(_PER_MESSAGE + sum(map(_count, _texts(message))) for message in messages)
    options = getattr(request, "options", {})
    return counted + sum(_count(_json(options[name])) for name in _PROMPTED if options.get(name))


def _count(text: Any) -> int:
    return sum(1 for _ in _TOKEN.finditer(text)) if isinstance(text, str) else 0


def _texts(message: Any) -> Iterable[str]:
    content = message.get("content") or message.get("output") or message.get("arguments")
    if isinstance(content, str):
        yield content
    for part in content if isinstance(content, list | tuple) else ():
        if isinstance(part, Mapping) and isinstance(part.get("text"), str):
            yield part["text"]
    for call in message.get("tool_calls") or ():
        yield str((call.get("function") or {}).get("arguments") or "")


def _json(item: Any) -> str:
    return msgspec.json.encode(item, enc_hook=str).decode()
