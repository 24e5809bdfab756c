"""What runs in the vendors' environment: OpenAI's SDK, told by lines of JSON what to do."""

import json
import sys
from typing import Any, get_args

import openai
import pydantic
from openai.lib._pydantic import to_strict_json_schema
from openai.types import chat, completion_usage, responses
from openai.types.chat import chat_completion, chat_completion_chunk
from openai.types.responses import response as whole
from openai.types.responses import response_input_param, response_output_message, response_usage


def words(_order: dict[str, Any]) -> dict[str, Any]:
    """Return every word that the package defines of what we have tables for."""
    return {
        "version": openai.__version__,
        "items": kinds(responses.ResponseOutputItem),
        "item_fields": {kind: fields(part) for part in members(responses.ResponseOutputItem) for kind in kind_of(part)},
        "input_fields": inputs(),
        "parts": kinds(response_output_message.Content),
        "events": kinds(responses.ResponseStreamEvent),
        "reasons": literals(whole.IncompleteDetails.model_fields["reason"].annotation),
        "statuses": literals(whole.Response.model_fields["status"].annotation),
        "failures": literals(responses.ResponseError.model_fields["code"].annotation),
        "response": fields(whole.Response),
        "usage": fields(responses.ResponseUsage),
        "usage_details": [
            *fields(response_usage.InputTokensDetails),
            *fields(response_usage.OutputTokensDetails),
        ],
        "finish_reasons": literals(chat_completion.Choice.model_fields["finish_reason"].annotation),
        "message": fields(chat.ChatCompletionMessage),
        "delta": fields(chat_completion_chunk.ChoiceDelta),
        "chunk": fields(chat.ChatCompletionChunk),
        "completion": fields(chat.ChatCompletion),
        "choice": [*fields(chat_completion.Choice), *fields(chat_completion_chunk.Choice)],
        "chat_usage": fields(completion_usage.CompletionUsage),
        "chat_usage_details": [
            *fields(completion_usage.PromptTokensDetails),
            *fields(completion_usage.CompletionTokensDetails),
        ],
    }


def members(union: Any) -> list[Any]:
    """Return the models of a union, however it is wrapped."""
    found: list[Any] = []
    for part in get_args(union):
        found += [part] if hasattr(part, "model_fields") else members(part)
    return found


def kind_of(model: Any) -> list[str]:
    """Return the types by which a model is known."""
    return list(get_args(model.model_fields["type"].annotation))


def kinds(union: Any) -> list[str]:
    """Return the types by which a union's models are told apart."""
    return [kind for part in members(union) for kind in kind_of(part)]


def literals(annotation: Any) -> list[str]:
    """Return the words of a literal, however it is wrapped."""
    found: list[str] = []
    for part in get_args(annotation):
        found += [part] if isinstance(part, str) else literals(part)
    return found


def fields(model: Any) -> list[str]:
    """Return a model's fields by their names on the wire."""
    return [field.alias or name for name, field in model.model_fields.items()]


def inputs() -> dict[str, list[str]]:
    """Return the fields that items have in a request."""
    found: dict[str, list[str]] = {}
    for part in get_args(response_input_param.ResponseInputItemParam):
        text = str(part.__annotations__["type"])
        kind = text.partition("Literal['")[2].partition("'")[0]
        found[kind] = sorted({*found.get(kind, ()), *part.__annotations__})
    return found


def client(order: dict[str, Any]) -> openai.OpenAI:
    """Return a client of the server that an order names."""
    return openai.OpenAI(api_key="sk-test", base_url=order["url"], max_retries=0, timeout=20)


def dump(answer: Any) -> Any:
    """Return an answer as it came."""
    return answer.model_dump(mode="json", exclude_unset=True, by_alias=True, warnings=False)


def create(order: dict[str, Any]) -> Any:
    """Ask for a response."""
    with client(order) as asked:
        return dump(asked.responses.create(model="m", input="Hello!"))


def stream(order: dict[str, Any]) -> Any:
    """Ask for a streamed response, and put it together."""
    with client(order) as asked, asked.responses.stream(model="m", input="Hello!") as events:
        last = None
        for event in events:
            last = getattr(event, "response", last)
        return dump(last)


def complete(order: dict[str, Any]) -> Any:
    """Ask for a chat completion."""
    with client(order) as asked:
        return dump(asked.chat.completions.create(model="m", messages=[{"role": "user", "content": "Hello!"}]))


def strict(order: dict[str, Any]) -> Any:
    """Return a schema in the form that the SDK sends; the model is one that has the schema."""

    class Model(pydantic.BaseModel):
        @classmethod
        def model_json_schema(cls, *_args: Any, **_more: Any) -> dict[str, Any]:
            return json.loads(json.dumps(order["schema"]))

    return to_strict_json_schema(Model)


DONE = {"words": words, "create": create, "stream": stream, "complete": complete, "strict": strict}

for line in sys.stdin:
    try:
        said: dict[str, Any] = {"value": DONE[json.loads(line)["do"]](json.loads(line))}
    except Exception as error:
        body = getattr(error, "body", None)
        status = getattr(error, "status_code", None)
        said = {"error": type(error).__name__, "status": status, "body": body, "text": str(error)}
    print(json.dumps(said, default=str), flush=True)
