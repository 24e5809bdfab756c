"""What runs in the vendors' environment: Anthropic's SDK, told by lines of JSON what to do."""

import json
import sys
from typing import Any, get_args

import anthropic
from anthropic import _constants, types
from anthropic.types import beta
from anthropic.types.beta import beta_raw_message_delta_event
from anthropic.types.shared import ErrorType
from anthropic.types.shared.error_details import ErrorDetails


def words(_order: dict[str, Any]) -> dict[str, Any]:
    """Return every word that the package defines of what we have tables for."""
    delta = beta_raw_message_delta_event
    return {
        "version": anthropic.__version__,
        "api_version": _constants.ANTHROPIC_API_VERSION,
        "stop_reasons": [*get_args(types.StopReason), *get_args(beta.BetaStopReason)],
        "blocks": [*kinds(types.ContentBlock), *kinds(beta.BetaContentBlock)],
        "deltas": [*kinds(types.RawContentBlockDelta), *kinds(beta.BetaRawContentBlockDelta)],
        "events": [*kinds(types.RawMessageStreamEvent), *kinds(beta.BetaRawMessageStreamEvent)],
        "message": [
            *fields(types.Message),
            *fields(beta.BetaMessage),
            *(set(fields(delta.BetaRawMessageDeltaEvent)) - {"delta"}),
            *fields(delta.Delta),
        ],
        "usage": [*fields(types.Usage), *fields(beta.BetaUsage), *fields(beta.BetaMessageDeltaUsage)],
        "service_tiers": literals(beta.BetaUsage.model_fields["service_tier"].annotation),
        "speeds": literals(beta.BetaUsage.model_fields["speed"].annotation),
        "server_tool_use": [*fields(types.ServerToolUsage), *fields(beta.BetaServerToolUsage)],
        "iterations": kinds(beta.beta_iterations_usage.BetaIterationsUsageItem),
        "error_types": list(get_args(ErrorType)),
        "error_codes": [
            code
            for details in get_args(get_args(ErrorDetails)[0])
            for code in get_args(details.model_fields["error_code"].annotation)
        ],
        "parameters": sorted(types.message_create_params.MessageCreateParamsBase.__annotations__),
        "models": [name for part in get_args(types.Model) for name in get_args(part)],
        "delta_fields": {
            kind: sorted(set(fields(part)) - {"type"})
            for part in members(beta.BetaRawContentBlockDelta)
            for kind in get_args(part.model_fields["type"].annotation)
        },
    }


def literals(annotation: Any) -> list[str]:
    """Return the words of a literal, however it is wrapped."""
    return [word for part in get_args(annotation) for word in ([part] if isinstance(part, str) else literals(part))]


def members(union: Any) -> list[Any]:
    """Return the models of a union, however it is wrapped."""
    found: list[Any] = []
    for part in get_args(union):
        found += [part] if hasattr(part, "model_fields") else members(part)
    return found


def kinds(union: Any) -> list[str]:
    """Return the types by which a union's models are told apart."""
    return [kind for part in members(union) for kind in get_args(part.model_fields["type"].annotation)]


def fields(model: Any) -> list[str]:
    """Return a model's fields by their names on the wire."""
    return [field.alias or name for name, field in model.model_fields.items()]


def client(order: dict[str, Any]) -> Any:
    """Return a client of the server that an order names."""
    if order.get("vertex"):
        return anthropic.AnthropicVertex(
            region="us-east5",
            project_id="p",
            access_token=order["key"],
            base_url=order["url"],
            max_retries=0,
            timeout=20,
        )
    return anthropic.Anthropic(api_key=order.get("key", "sk-ant"), base_url=order["url"], max_retries=0, timeout=20)


def see(order: dict[str, Any]) -> Any:
    """Ask for a message by the beta API, which knows most, and return what came, of a cut stream what is before it."""
    arguments: Any = {"model": "m", "max_tokens": 100, "messages": [{"role": "user", "content": "Hello!"}]}
    with client(order) as asked:
        if order["how"] == "whole":
            message = asked.beta.messages.create(**arguments)
        else:
            with asked.beta.messages.stream(**arguments) as events:
                for _ in events:
                    pass
                message = events.current_message_snapshot
    return message.model_dump(mode="json", exclude_unset=True, by_alias=True, warnings=False)


def create(order: dict[str, Any]) -> Any:
    """Ask for a message."""
    with client(order) as asked:
        return asked.messages.create(**order["arguments"]).model_dump(
            mode="json", exclude_unset=True, by_alias=True, warnings=False
        )


def stream(order: dict[str, Any]) -> Any:
    """Ask for a streamed message, and put it together."""
    with client(order) as asked, asked.messages.stream(**order["arguments"]) as events:
        message = events.get_final_message()
    return message.model_dump(mode="json", exclude_unset=True, by_alias=True, warnings=False)


def strict(order: dict[str, Any]) -> Any:
    """Return a schema in the form that the SDK sends."""
    return anthropic.transform_schema(order["schema"])


DONE = {"words": words, "see": see, "create": create, "stream": stream, "strict": strict}

for line in sys.stdin:
    try:
        said: dict[str, Any] = {"value": DONE[json.loads(line)["do"]](json.loads(line))}
    except Exception as error:
        body = getattr(error, "body", None)
        status = getattr(error, "status_code", None)
        said = {"error": type(error).__name__, "status": status, "body": body, "text": str(error)}
    print(json.dumps(said, default=str), flush=True)
