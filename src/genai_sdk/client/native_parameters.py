"""What calls in a vendor's own shape take: its parameters, checked by name, and the routing options of the call."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from genai_sdk.catalogue.native_parameters import MESSAGES_PARAMETERS, RESPONSES_PARAMETERS
from genai_sdk.client.parameters import Arguments, RoutingKeywords, TraceKeywords, kind_of, split_keywords
from genai_sdk.errors import InvalidRequestError
from genai_sdk.sentence import Sentence
from genai_sdk.tracing import read_labels
from genai_sdk.types.messages import MessagesResponse
from genai_sdk.types.responses import ResponsesResponse
from genai_sdk.wires.messages.call import MessagesRequest
from genai_sdk.wires.responses.call import ResponsesRequest
from genai_sdk.wires.responses.retrieval import KeptRequest

if TYPE_CHECKING:  # only who asks for a type pays for what reads types
    from genai_sdk.client.prompting import Prompt
    from genai_sdk.client.structured import AnswerType

Objects = Sequence[Mapping[str, Any]]


class ResponsesKeywords(RoutingKeywords, TraceKeywords, total=False):
    """OpenAI's parameters of a response, under their own names, beside the routing options.

    See https://platform.openai.com/docs/api-reference/responses/create for what each means. `text_format` is a type
    that the answer is read as (`output_parsed`). `prompt` is a managed prompt or its name, with `variables`; a mapping
    is the prompt that OpenAI keeps.
    """

    access_programs: Any
    background: bool | None
    background_options: Mapping[str, Any] | None
    context_management: Objects | None
    conversation: str | Mapping[str, Any] | None
    extra_body: Mapping[str, Any] | None
    extra_headers: Mapping[str, str] | None
    image: Mapping[str, Any] | None
    include: Sequence[str] | None
    instructions: str | None
    max_output_tokens: int | None
    max_tool_calls: int | None
    moderation: Mapping[str, Any] | None
    parallel_tool_calls: bool | None
    previous_response_id: "ResponsesResponse | str | None"
    prompt: "str | Prompt | Mapping[str, Any] | None"
    prompt_cache_key: str | None
    prompt_cache_options: Mapping[str, Any] | None
    prompt_cache_retention: str | None
    reasoning: Mapping[str, Any] | None
    safety_identifier: str | None
    service_tier: str | None
    store: bool | None
    stream_options: Mapping[str, Any] | None
    temperature: float | None
    text: Mapping[str, Any] | None
    text_format: Any
    tool_choice: str | Mapping[str, Any] | None
    tools: Objects | None
    top_logprobs: int | None
    top_p: float | None
    truncation: str | None
    user: str | None
    variables: Mapping[str, Any] | None


class MessagesKeywords(RoutingKeywords, TraceKeywords, total=False):
    """Anthropic's parameters of a message, under their own names, beside the routing options.

    See https://docs.anthropic.com/en/api/messages for what each means. `betas` are the names of its beta features;
    `user` is its `metadata.user_id`, since `metadata` is recorded here, as on every call. `prompt` is a managed prompt
    or its name, with `variables`.
    """

    betas: Sequence[str] | None
    cache_control: Mapping[str, Any] | None
    container: str | Mapping[str, Any] | None
    context_management: Mapping[str, Any] | None
    diagnostics: Mapping[str, Any] | None
    extra_body: Mapping[str, Any] | None
    extra_headers: Mapping[str, str] | None
    inference_geo: str | None
    mcp_servers: Objects | None
    output_config: Mapping[str, Any] | None
    prompt: "str | Prompt | None"
    service_tier: str | None
    speed: str | None
    stop_sequences: Sequence[str] | None
    system: str | Objects | None
    temperature: float | None
    thinking: Mapping[str, Any] | None
    tool_choice: Mapping[str, Any] | None
    tools: Objects | None
    top_k: int | None
    top_p: float | None
    user: str | None
    variables: Mapping[str, Any] | None


def read_messages(
    model: Any, messages: Any, max_tokens: Any, keywords: Mapping[str, Any]
) -> Arguments[MessagesRequest]:
    """Read the arguments of a call for a message.

    Raises:
        InvalidRequestError: An argument is unknown or of the wrong form.
    """
    if isinstance(messages, list | tuple):
        messages = [item.recorded() if isinstance(item, MessagesResponse) else item for item in messages]
    messages = _objects(messages, "messages", 'a list of messages such as [{"role": "user", "content": "Hello!"}]')
    for position, message in enumerate(messages):
        if not isinstance(message.get("role"), str) or "content" not in message:
            raise InvalidRequestError(
                Sentence.of(
                    "call.message_form", 'messages[{position}] must have a "role" and "content"', position=position
                )
            )
    if isinstance(max_tokens, bool) or not isinstance(max_tokens, int) or max_tokens < 1:
        raise InvalidRequestError(
            Sentence.of(
                "call.max_tokens",
                "max_tokens must be a number of tokens, 1 or more, not {max_tokens}",
                max_tokens=repr(max_tokens),
            )
        )
    options, routing = split_keywords(keywords, MESSAGES_PARAMETERS, "messages")
    _refuse_continuations(routing, "messages")
    return Arguments(model, MessagesRequest(messages, max_tokens, options), routing, read_labels(keywords))


def read_responses(model: Any, items: Any, keywords: Mapping[str, Any]) -> Arguments[ResponsesRequest]:
    """Read the arguments of a call for a response.

    Raises:
        InvalidRequestError: An argument is unknown or of the wrong form.
    """
    if not isinstance(items, str):
        items = _objects(items, "input", 'a text, or a list of items such as [{"role": "user", "content": "Hello!"}]')
    elif not items:
        raise InvalidRequestError(Sentence.of("call.empty_input", "input must not be empty"))
    options, routing = split_keywords(keywords, RESPONSES_PARAMETERS, "responses")
    _refuse_continuations(routing, "responses")
    answer = _read_form(options)
    return Arguments(model, ResponsesRequest(items, options), routing, read_labels(keywords), answer)


def read_wait(wait: Any, options: Mapping[str, Any], *, stream: bool) -> float:
    """Read how long a response in the background is waited for; 0 where it is not.

    Raises:
        InvalidRequestError: It is no number of seconds, or nothing is to be waited for.
    """
    if wait is None:
        return 0.0
    if isinstance(wait, bool) or not isinstance(wait, int | float) or not 0 < wait < math.inf:
        raise InvalidRequestError(
            Sentence.of("call.wait", "wait must be a number of seconds above 0, not {wait}", wait=repr(wait))
        )
    if stream or not options.get("background"):
        raise InvalidRequestError(
            Sentence.of(
                "call.wait_background",
                "wait is for background=True, and not for a stream: all else is waited for anyway",
            )
        )
    return float(wait)


def read_kept(response: Any, model: Any) -> tuple[str, KeptRequest]:
    """Read which response is meant, and return the model's name that leads to who keeps it.

    Raises:
        InvalidRequestError: It is none, or nothing says who keeps it.
    """
    if isinstance(response, ResponsesResponse):
        info = response.genai
        model = model or (f"{info.connection}/{info.model}" if info.connection else None)
        response = response.id
    if not isinstance(response, str) or not response:
        raise InvalidRequestError(
            Sentence.of(
                "call.response",
                "give a response of client.responses, or its id, not {kind}",
                kind=type(response).__name__,
            )
        )
    if not isinstance(model, str) or not model:
        raise InvalidRequestError(
            Sentence.of(
                "call.response_model", "an id alone does not say who keeps the response: give model='connection/model'"
            )
        )
    return model, KeptRequest(response)


def _read_form(options: dict[str, Any]) -> "AnswerType | None":
    form = options.pop("text_format", None)
    if form is None:
        return None
    from genai_sdk.client.structured import read_response_format

    text = options.get("text") or {}
    if not isinstance(text, Mapping) or text.get("format") is not None:
        raise InvalidRequestError(
            Sentence.of(
                "call.text_format", 'give text_format, or text={{"format": …}}: both say what the text looks like'
            )
        )
    made, answer = read_response_format(form)
    given = (made or {}).get("json_schema", made)  # chat nests what lies flat here
    options["text"] = {**text, "format": {"type": "json_schema", **given}}
    return answer


def _objects(items: Any, name: str, what: str) -> list[Mapping[str, Any]]:
    if not items or not isinstance(items, Sequence) or isinstance(items, str | bytes):
        raise InvalidRequestError(
            Sentence.of("call.items", "{name} must be {what}, not {kind}", name=name, what=what, kind=kind_of(items))
        )
    made = [item.model_dump(exclude_none=True) if hasattr(item, "model_dump") else item for item in items]
    for position, item in enumerate(made):
        if not isinstance(item, Mapping):
            raise InvalidRequestError(
                Sentence.of(
                    "call.item",
                    "{name}[{position}] must be a dict, not {kind}",
                    name=name,
                    position=position,
                    kind=type(item).__name__,
                )
            )
    return made


def _refuse_continuations(routing: Mapping[str, Any], method: str) -> None:
    if routing.get("max_continuations") is not None:
        raise InvalidRequestError(
            Sentence.of(
                "call.no_continuations",
                "{method} does not take max_continuations: what the vendor paused is there as the vendor "
                "says it, and is sent again by you; completion continues by itself",
                method=method,
            )
        )
