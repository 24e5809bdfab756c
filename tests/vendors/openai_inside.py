"""What runs in the vendors' environment: OpenAI's SDK, told by lines of JSON what to do."""

import json
import sys
from typing import Any, get_args, get_type_hints

import openai
import pydantic
from openai.lib._pydantic import to_strict_json_schema
from openai.types import chat, completion_usage, responses, shared
from openai.types.chat import chat_completion, chat_completion_chunk, chat_completion_message
from openai.types.responses import response as whole
from openai.types.responses import response_input_param, response_output_message, response_usage


def words(_order: dict[str, Any]) -> dict[str, Any]:
    """Return every word that the package defines of what we have tables for."""
    return {
        "version": openai.__version__,
        "items": kinds(responses.ResponseOutputItem),
        "item_fields": {kind: fields(part) for part in members(responses.ResponseOutputItem) for kind in kind_of(part)},
        "input_fields": inputs(),
        "item_parts": kinds(response_output_message.Content),
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
        "prompt_details": fields(completion_usage.PromptTokensDetails),
        "completion_details": fields(completion_usage.CompletionTokensDetails),
        "tool_delta": fields(chat_completion_chunk.ChoiceDeltaToolCall),
        "calls": kinds(chat.ChatCompletionMessageToolCallUnion),
        "tools": [kind for part in get_args(chat.ChatCompletionToolUnionParam) for kind in typed(part, "type")],
        "annotations": kind_of(chat_completion_message.Annotation),
        "parts": parts(),
        "roles": [role for part in get_args(chat.ChatCompletionMessageParam) for role in typed(part, "role")],
        "sent": [name for part in get_args(chat.ChatCompletionMessageParam) for name in part.__annotations__],
        "sent_call": [
            name for part in get_args(chat.ChatCompletionMessageToolCallUnionParam) for name in part.__annotations__
        ],
        "tiers": [
            *literals(chat.ChatCompletion.model_fields["service_tier"].annotation),
            *literals(chat.ChatCompletionChunk.model_fields["service_tier"].annotation),
            *literals(whole.Response.model_fields["service_tier"].annotation),
        ],
        "error": fields(shared.ErrorObject),
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


def typed(param: Any, name: str) -> list[str]:
    """Return the words that a field of a request's part may be."""
    return literals(get_type_hints(param)[name])


def parts() -> dict[str, list[str]]:
    """Return the types of the parts that messages of each role may hold."""
    found: dict[str, list[str]] = {}
    for param in get_args(chat.ChatCompletionMessageParam):
        (role,) = typed(param, "role")
        for part in parts_in(get_type_hints(param)["content"]):
            for kind in typed(part, "type"):
                found.setdefault(kind, []).append(role)
    return found


def parts_in(annotation: Any) -> list[Any]:
    """Return the parts among what content may be."""
    if hasattr(annotation, "__required_keys__"):
        return [annotation]
    return [part for each in get_args(annotation) for part in parts_in(each)]


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
    if order.get("azure"):
        return openai.AzureOpenAI(
            api_key=order["key"],
            azure_endpoint=order["url"],
            api_version="2025-04-01-preview",
            max_retries=0,
            timeout=20,
        )
    return openai.OpenAI(api_key=order.get("key", "sk-test"), base_url=order["url"], max_retries=0, timeout=20)


def dump(answer: Any) -> Any:
    """Return an answer as it came."""
    return answer.model_dump(mode="json", exclude_unset=True, by_alias=True, warnings=False)


def see(order: dict[str, Any]) -> Any:
    """Ask for an answer over a wire and return what the SDK shows of it, of a cut stream what came before the cut."""
    does = {"chat": complete, "responses": respond}[order["wire"]]
    with client(order) as asked:
        return dump(does(asked, stream=order["how"] != "whole", **order.get("arguments", {})))


def complete(asked: openai.OpenAI, *, stream: bool, **more: Any) -> Any:
    """Ask for a chat completion."""
    messages: Any = [{"role": "user", "content": "Hello!"}]
    if not stream:
        return asked.chat.completions.create(model="m", messages=messages, **more)
    usage: Any = {"include_usage": True}
    with asked.chat.completions.stream(model="m", messages=messages, stream_options=usage, **more) as events:
        for _ in events:
            pass
        return events.current_completion_snapshot


def respond(asked: openai.OpenAI, *, stream: bool, **more: Any) -> Any:
    """Ask for a response; the helper keeps what came so far to itself, so that the state of a cut one is read there."""
    if not stream:
        return asked.responses.create(model="m", input="Hello!", **more)
    with asked.responses.stream(model="m", input="Hello!", **more) as events:
        last = None
        for event in events:
            last = event
        if last is not None and last.type == "error":
            return last
        ended = last is not None and last.type in ("response.completed", "response.incomplete", "response.failed")
        return last.response if ended else events._state._ResponseStreamState__current_snapshot


def embed(order: dict[str, Any]) -> Any:
    """Embed texts."""
    with client(order) as asked:
        return [item.embedding for item in asked.embeddings.create(model="m", input=order["texts"]).data]


def models(order: dict[str, Any]) -> Any:
    """List the models."""
    with client(order) as asked:
        return [model.id for model in asked.models.list()]


def strict(order: dict[str, Any]) -> Any:
    """Return a schema in the form that the SDK sends; the model is one that has the schema."""

    class Model(pydantic.BaseModel):
        @classmethod
        def model_json_schema(cls, *_args: Any, **_more: Any) -> dict[str, Any]:
            return json.loads(json.dumps(order["schema"]))

    return to_strict_json_schema(Model)


def draw(order: dict[str, Any]) -> Any:
    """Make and change pictures, whole and streamed."""
    with client(order) as asked:
        made = asked.images.generate(model="m", prompt="a bridge", n=2)
        changed = asked.images.edit(model="m", prompt="a bridge", image=[("a.png", b"a"), ("b.png", b"b")], mask=b"m")
        events = list(asked.images.generate(model="m", prompt="a bridge", stream=True, partial_images=1))
    return {
        "made": [image.b64_json for image in made.data or ()],
        "usage": made.usage and made.usage.model_dump(exclude_none=True),
        "changed": [image.b64_json for image in changed.data or ()],
        "events": [(event.type, event.b64_json) for event in events],
    }


def speak(order: dict[str, Any]) -> Any:
    """Read a text aloud, as a body and as events."""
    with client(order) as asked:
        whole = asked.audio.speech.create(model="m", voice="alloy", input=order["text"], response_format="wav")
        with asked.audio.speech.with_streaming_response.create(
            model="m", voice="alloy", input=order["text"], response_format="wav", stream_format="sse"
        ) as response:
            events = [json.loads(line[6:]) for line in response.iter_lines() if line.startswith("data: ")]
    return {"whole": whole.content.hex(), "events": events}


def hear(order: dict[str, Any]) -> Any:
    """Write sound down, in every form and streamed."""
    file = ("hello.wav", b"RIFF", "audio/wav")
    with client(order) as asked:
        forms = {
            form: asked.audio.transcriptions.create(model="m", file=file, response_format=form)
            for form in ("json", "verbose_json", "diarized_json", "text", "srt", "vtt")
        }
        events = list(asked.audio.transcriptions.create(model="m", file=file, stream=True))
    plain = {
        form: item if isinstance(item, str) else item.model_dump(exclude_none=True) for form, item in forms.items()
    }
    return {**plain, "events": [event.model_dump(exclude_none=True) for event in events]}


def judge(order: dict[str, Any]) -> Any:
    """Judge texts."""
    with client(order) as asked:
        return [result.flagged for result in asked.moderations.create(input=order["texts"]).results]


def go_on(order: dict[str, Any]) -> Any:
    """Go on with a text, whole and streamed."""
    with client(order) as asked:
        whole = asked.completions.create(model="m", prompt="Once")
        chunks = list(asked.completions.create(model="m", prompt="Once", stream=True))
    return [whole.choices[0].text, "".join(chunk.choices[0].text for chunk in chunks)]


DONE = {
    "words": words,
    "see": see,
    "embed": embed,
    "models": models,
    "strict": strict,
    "draw": draw,
    "speak": speak,
    "hear": hear,
    "judge": judge,
    "go on": go_on,
}

for line in sys.stdin:
    try:
        said: dict[str, Any] = {"value": DONE[json.loads(line)["do"]](json.loads(line))}
    except Exception as error:
        body = getattr(error, "body", None)
        status = getattr(error, "status_code", None)
        said = {"error": type(error).__name__, "status": status, "body": body, "text": str(error)}
    print(json.dumps(said, default=str), flush=True)
