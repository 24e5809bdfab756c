"""From recorded generations to a cassette, which tests replay."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from genai_sdk.cli.replay.generation import Generation
from genai_sdk.testing.cassettes.canonical import canonical
from genai_sdk.testing.cassettes.document import Recording, write
from genai_sdk.testing.cassettes.scrub import scrubber
from genai_sdk.testing.cassettes.values import dumped
from genai_sdk.types import ChatCompletion
from genai_sdk.wires.chunks import chunks_of
from genai_sdk.wires.operation import CHAT, ChatRequest

_SCRUB = scrubber()


def write_cassette(path: Path, generations: Iterable[Generation], model: str | None) -> None:
    """Write a cassette.

    Args:
        path: The file.
        generations: What was recorded, in the order it was made.
        model: The name that every call asks for; None for the model that was sent.
    """
    write(path, [_recording(each, model or each.model) for each in generations])


def _recording(generation: Generation, model: str) -> Recording:
    options = {**generation.parameters, **({"tools": generation.tools} if generation.tools else {})}
    request = ChatRequest(generation.messages, options)
    completion = _completion(generation)
    recording = Recording(
        request=canonical(CHAT, model, request, stream=generation.is_streamed, scrub=_SCRUB),
        genai=_info(generation),
        source=f"trace {generation.trace_id}: holds what users wrote and models answered",
    )
    if generation.is_streamed:
        first, *rest = chunks_of(completion)
        at = generation.first_content or 0.0
        recording.items = [{"at": at, "item": _SCRUB(dumped(first))}]
        end = max(at, generation.seconds or 0.0)
        recording.items += [{"at": end, "item": _SCRUB(dumped(each))} for each in rest]
    else:
        recording.response = _SCRUB(dumped(completion))
    return recording


def _completion(generation: Generation) -> ChatCompletion:
    choices = [
        {"index": place, "message": each, "finish_reason": generation.finish_reason}
        for place, each in enumerate(generation.answers)
    ]
    fields: dict[str, Any] = {"id": generation.id, "model": generation.model, "choices": choices}
    if generation.usage is not None:
        fields["usage"] = generation.usage.model_dump(exclude_none=True)
    return ChatCompletion.from_dict(fields)


def _info(generation: Generation) -> dict[str, Any]:
    known = {"connection": generation.connection, "provider": generation.provider}
    info: dict[str, Any] = {name: str(item) for name, item in known.items() if item}
    info["model"] = generation.model
    if generation.cost is not None:
        info |= {"cost": generation.cost, "costs": generation.costs}
    info["latency"] = generation.seconds or 0.0
    if generation.first_content is not None:
        info["first_content"] = generation.first_content
    return info
