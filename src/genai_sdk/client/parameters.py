"""What a call takes: OpenAI's parameters, checked by name, and the routing options of the call."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypedDict

import msgspec

from genai_sdk.catalogue import CHAT_PARAMETERS, EMBEDDING_PARAMETERS, REFUSED_PARAMETERS
from genai_sdk.errors import InvalidRequestError
from genai_sdk.routing import CALL_OPTIONS
from genai_sdk.routing.options import read_switch
from genai_sdk.sentence import Sentence
from genai_sdk.tracing import LABELS, Labels, read_labels
from genai_sdk.wires.operation import ChatRequest, EmbeddingRequest, Q

if TYPE_CHECKING:  # only who asks for a type pays for what reads types
    from genai_sdk.client.structured import AnswerType


class RoutingKeywords(TypedDict, total=False):
    """The routing options that one call takes; what is left out or None is the client's.

    Attributes:
        timeout: Seconds one attempt may take.
        stream_timeout: Seconds each gap of a stream may take.
        stream_deadline: Seconds a stream may take from its beginning to its end.
        deadline: Seconds the whole call may take.
        hedge_after: Seconds without content after which the next deployment is asked as well; 0 for never.
        first_token_timeout: Seconds that a stream's first content may take in one attempt; 0 for `timeout` alone.
        num_retries: Further attempts over a group.
        fallbacks: Names to try in place of the model: a name, a list of names, or rows by name.
        context_window_fallbacks: The same, after "context window exceeded".
        content_policy_fallbacks: The same, after "content filtered".
        max_fallbacks: How many fallback groups may be entered.
        max_continuations: How often a turn of a chat that its vendor paused (Anthropic's `pause_turn`, of tools that
            the server runs) is continued; 0, unless it is given here.
        drop_params: Whether an attempt goes on without the parameters that its provider or model does not take.
    """

    timeout: float | None
    stream_timeout: float | None
    stream_deadline: float | None
    deadline: float | None
    hedge_after: float | None
    first_token_timeout: float | None
    num_retries: int | None
    fallbacks: str | Sequence[str] | Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
    context_window_fallbacks: str | Sequence[str] | Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
    content_policy_fallbacks: str | Sequence[str] | Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
    max_fallbacks: int | None
    max_continuations: int | None
    drop_params: bool | None


class TraceKeywords(TypedDict, total=False):
    """What is recorded of one call in Langfuse, beside the call itself.

    Attributes:
        trace_name: The name of its trace.
        user_id: Whom it is made for.
        session_id: Which conversation it belongs to.
        tags: Labels to find it by.
        metadata: Further facts by name.
        generation_name: The name of the generation within the trace.
    """

    trace_name: str | None
    user_id: str | None
    session_id: str | None
    tags: Sequence[str] | None
    metadata: Mapping[str, Any] | None
    generation_name: str | None


class RunKeywords(RoutingKeywords, TraceKeywords, total=False):
    """OpenAI's chat parameters, under their own names, beside the routing options; all but tools and response_format.

    See https://platform.openai.com/docs/api-reference/chat/create for what each means.
    """

    audio: Mapping[str, Any] | None
    extra_body: Mapping[str, Any] | None
    extra_headers: Mapping[str, str] | None
    frequency_penalty: float | None
    logit_bias: Mapping[str, float] | None
    logprobs: bool | None
    max_completion_tokens: int | None
    max_tokens: int | None
    modalities: Sequence[str] | None
    n: int | None
    parallel_tool_calls: bool | None
    prediction: Mapping[str, Any] | None
    presence_penalty: float | None
    prompt_cache_key: str | None
    prompt_cache_retention: str | None
    reasoning_effort: str | None
    safety_identifier: str | None
    safety_settings: Sequence[Mapping[str, Any]] | None
    seed: int | None
    service_tier: str | None
    stop: str | Sequence[str] | None
    store: bool | None
    stream_options: Mapping[str, Any] | None
    temperature: float | None
    thinking: Mapping[str, Any] | None
    tool_choice: str | Mapping[str, Any] | None
    top_k: int | None
    top_logprobs: int | None
    top_p: float | None
    user: str | None
    verbosity: str | None
    web_search_options: Mapping[str, Any] | None


class TypedChatKeywords(RunKeywords, total=False):
    """OpenAI's chat parameters, beside the routing options; all but `response_format`.

    Attributes:
        tools: The tools that may be called, in OpenAI's form.
    """

    tools: Sequence[Mapping[str, Any]] | None


class ChatKeywords(TypedChatKeywords, total=False):
    """All of OpenAI's chat parameters, beside the routing options.

    Attributes:
        response_format: A type that the answer is read as (`.parsed`), or a dict in OpenAI's form.
    """

    response_format: Any


class EmbeddingKeywords(RoutingKeywords, TraceKeywords, total=False):
    """OpenAI's embedding parameters, under their own names, beside the routing options."""

    dimensions: int | None
    encoding_format: str | None
    extra_body: Mapping[str, Any] | None
    extra_headers: Mapping[str, str] | None
    user: str | None


class Arguments(msgspec.Struct, Generic[Q], frozen=True):
    """The arguments of one call, checked.

    Attributes:
        model: The model asked for.
        request: What is sent.
        routing: The routing options of the call, as given.
        labels: What is recorded beside it.
        answer: What the answer is read as, or None.
    """

    model: str
    request: Q
    routing: Mapping[str, Any]
    labels: Labels | None = None
    answer: "AnswerType | None" = None


def read_chat(model: Any, messages: Any, keywords: Mapping[str, Any]) -> Arguments[ChatRequest]:
    """Read the arguments of a chat call.

    Raises:
        InvalidRequestError: An argument is unknown or of the wrong form.
    """
    # A list of dicts is what nearly every call has, and needs no asking: the others are abstract classes.
    is_list = type(messages) is list
    if not messages or not (is_list or (isinstance(messages, Sequence) and not isinstance(messages, str | Mapping))):
        raise InvalidRequestError(
            Sentence.of(
                "call.messages",
                'messages must be a list of messages such as [{{"role": "user", "content": "Hello!"}}], not {kind}',
                kind=kind_of(messages),
            )
        )
    messages = [one if type(one) is dict and "tool_calls" not in one else _dumped(one) for one in messages]
    for position, message in enumerate(messages):
        is_mapping = type(message) is dict or isinstance(message, Mapping)
        if not is_mapping or not isinstance(message.get("role"), str):
            raise InvalidRequestError(
                Sentence.of(
                    "call.message",
                    'messages[{position}] must be a dict with a "role", not {kind}',
                    position=position,
                    kind=kind_of(message),
                )
            )
    options, routing = split_keywords(keywords, CHAT_PARAMETERS, "completion")
    answer, form = None, options.get("response_format")
    if form is not None and not isinstance(form, Mapping):
        from genai_sdk.client.structured import read_response_format

        options["response_format"], answer = read_response_format(form)
    return Arguments(model, ChatRequest(messages, options), routing, read_labels(keywords), answer)


def read_embedding(model: Any, texts: Any, keywords: Mapping[str, Any]) -> Arguments[EmbeddingRequest]:
    """Read the arguments of an embedding call.

    Raises:
        InvalidRequestError: An argument is unknown or of the wrong form.
    """
    items = [texts] if isinstance(texts, str) else texts
    if not texts or not isinstance(items, Sequence):
        raise InvalidRequestError(
            Sentence.of("call.input", "input must be a text or a list of texts, not {kind}", kind=kind_of(texts))
        )
    for position, item in enumerate(items):
        if not isinstance(item, str):
            raise InvalidRequestError(
                Sentence.of(
                    "call.input_item",
                    "input[{position}] must be a text, not {kind}",
                    position=position,
                    kind=kind_of(item),
                )
            )
    if keywords.get("max_continuations") is not None:
        raise InvalidRequestError(
            Sentence.of(
                "call.embedding_never_paused",
                "embedding does not take max_continuations: there is no turn that could be paused",
            )
        )
    options, routing = split_keywords(keywords, EMBEDDING_PARAMETERS, "embedding")
    return Arguments(model, EmbeddingRequest(texts, options), routing, read_labels(keywords))


def read_stream(stream: Any) -> bool:
    """Read whether an answer is to be streamed; None was not given.

    Raises:
        InvalidRequestError: It is neither True nor False.
    """
    return stream is not None and read_switch("stream", stream)


def split_keywords(
    keywords: Mapping[str, Any], known: Mapping[str, str], method: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the parameters of a call, and its routing options.

    Args:
        keywords: All keywords of the call.
        known: The parameters that it takes.
        method: What it is called.

    Raises:
        InvalidRequestError: It does not know one of them.
    """
    options: dict[str, Any] = {}
    routing: dict[str, Any] = {}
    for name, item in keywords.items():
        if name in CALL_OPTIONS:
            routing[name] = item
        elif name in LABELS:
            continue
        elif name not in known:
            raise _unknown(name, known, method)
        elif item is not None:
            options[name] = item
    return options, routing


def _unknown(name: str, known: Mapping[str, str], method: str) -> InvalidRequestError:
    if name in REFUSED_PARAMETERS:
        return InvalidRequestError(
            Sentence.of(
                "call.refused_parameter",
                "{method} does not take {name!r}: {why}",
                method=method,
                name=name,
                why=REFUSED_PARAMETERS[name],
            )
        )
    import difflib  # 1 ms that only a mistake pays

    names = sorted({*known, *CALL_OPTIONS, *LABELS})
    close = difflib.get_close_matches(name, names, 1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    return InvalidRequestError(
        Sentence.of(
            "call.unknown_parameter",
            "{method} does not know {name!r}: {hint}A vendor's own parameter goes into "
            "extra_body={{{name!r}: …}}. Known: {names}",
            method=method,
            name=name,
            hint=hint,
            names=", ".join(names),
        )
    )


def _dumped(message: Any) -> Any:
    """Return a message as a dict if it, or a tool call in it, is an answer's value: ours, or any with `model_dump`."""
    if not isinstance(message, Mapping):
        return message.model_dump(exclude_none=True) if hasattr(message, "model_dump") else message
    calls = message.get("tool_calls")
    if isinstance(calls, list | tuple) and any(hasattr(call, "model_dump") for call in calls):
        return {**message, "tool_calls": [_dumped(call) for call in calls]}
    return message


def kind_of(item: Any) -> str:
    """Return in words what an argument is that should have been something else."""
    return (
        "nothing"
        if item is None
        else f"an empty {type(item).__name__}"
        if item in ([], (), "")
        else f"{type(item).__name__}"
    )
