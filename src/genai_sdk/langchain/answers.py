"""Answers as LangChain has them, whole and in chunks: messages with `usage_metadata`, and our ledger beside them."""

import json
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk, InvalidToolCall
from langchain_core.messages import ToolCall as CallOfTool
from langchain_core.messages.ai import InputTokenDetails, OutputTokenDetails, UsageMetadata
from langchain_core.messages.tool import ToolCallChunk, invalid_tool_call, tool_call, tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from genai_sdk.errors import StreamInterruptedError
from genai_sdk.langchain.messages import OWN_FORM
from genai_sdk.sentence import Sentence
from genai_sdk.types import CallInfo, ChatCompletion, ChatCompletionChunk, Choice, Message, ToolCall, Usage

_PLAIN = frozenset({"role", "content", "tool_calls"})
"""The fields of a turn that LangChain's message has too."""


def read_answer(answer: ChatCompletion) -> ChatResult:
    """Return a whole answer; tokens and cost are on its first message, since they are those of all its choices."""
    generations = [ChatGeneration(message=_message(choice, answer)) for choice in answer.choices]
    for generation in generations[:1]:
        message = generation.message
        assert isinstance(message, AIMessage), "that is what was made"
        message.usage_metadata = _usage(answer.usage)
        message.response_metadata["genai"] = _facts(answer.genai)
    return ChatResult(generations=generations, llm_output={"model_name": answer.model})


def read_chunk(chunk: ChatCompletionChunk) -> ChatGenerationChunk | None:
    """Return a chunk, or None for one that says nothing.

    Raises:
        StreamInterruptedError: The stream starts over, which LangChain's chunks have no word for.
    """
    if chunk.restart:
        raise StreamInterruptedError(
            Sentence.of(
                "langchain.restarted",
                "the stream broke and started over, which LangChain's chunks cannot say: nothing of the "
                'second answer is passed on. Make the client with stream_fallback="before_first_content".',
            )
        )
    delta = chunk.choices[0].delta if chunk.choices else None
    if delta is None or not delta.has_content:
        return None
    fragments = [_fragment(call, place) for place, call in enumerate(delta.tool_calls or ())]
    message = AIMessageChunk(
        content=delta.content or "",
        tool_call_chunks=fragments,
        additional_kwargs=_beside(delta.reasoning_content, delta.refusal),
    )
    return ChatGenerationChunk(message=message)


def read_end(answer: ChatCompletion) -> ChatGenerationChunk:
    """Return the last chunk of a stream: what is known once all of it has come.

    Args:
        answer: What was streamed, as one answer.
    """
    message = AIMessageChunk(
        content="",
        usage_metadata=_usage(answer.usage),
        response_metadata=_metadata(answer, answer.choices[0] if answer.choices else None),
        chunk_position="last",
    )
    message.response_metadata["genai"] = _facts(answer.genai)
    if answer.choices:
        message.additional_kwargs = _own_form(answer.choices[0].message)
    return ChatGenerationChunk(message=message)


def _message(choice: Choice, answer: ChatCompletion) -> AIMessage:
    message = choice.message
    calls, broken = _calls(message.tool_calls or ())
    return AIMessage(
        content=message.content or "",
        tool_calls=calls,
        invalid_tool_calls=broken,
        additional_kwargs={**_beside(message.reasoning_content, message.refusal), **_own_form(message)},
        response_metadata=_metadata(answer, choice),
    )


def _calls(calls: tuple[ToolCall, ...]) -> tuple[list[CallOfTool], list[InvalidToolCall]]:
    good: list[CallOfTool] = []
    broken: list[InvalidToolCall] = []
    for call in calls:
        name, text = call.function.name, call.function.arguments
        try:
            arguments = json.loads(text, strict=False) if text else {}
        except ValueError:
            arguments = None
        if isinstance(arguments, dict):
            good.append(tool_call(name=name, args=arguments, id=call.id))
        else:
            broken.append(invalid_tool_call(name=name, args=text, id=call.id, error="the arguments are no JSON object"))
    return good, broken


def _fragment(call: ToolCall, place: int) -> ToolCallChunk:
    # Names and ids are joined by LangChain as arguments are: a fragment without one says None.
    index = place if call.index is None else call.index
    return tool_call_chunk(name=call.function.name or None, args=call.function.arguments, id=call.id, index=index)


def _beside(reasoning: str | None, refusal: str | None) -> dict[str, Any]:
    """Return what LangChain has no field for, under the keys of which langchain-core 1 makes blocks of its own."""
    named = {"reasoning_content": reasoning, "refusal": refusal}
    return {name: item for name, item in named.items() if item}


def _own_form(message: Message) -> dict[str, Any]:
    """Return a turn as its model wrote it, if there is more to it than LangChain's message can hold."""
    turn = message.model_dump(exclude_none=True)
    if turn.keys() <= _PLAIN and not any(call.model_extra for call in message.tool_calls or ()):
        return {}
    return {OWN_FORM: turn}


def _metadata(answer: ChatCompletion, choice: Choice | None) -> dict[str, Any]:
    made: dict[str, Any] = {"model_name": answer.model, "id": answer.id}
    if choice is not None:
        made["finish_reason"] = choice.finish_reason
        made |= {name: item for name, item in choice.model_extra.items() if item is not None}
    return made


def _facts(info: CallInfo) -> dict[str, Any]:
    """Return what is known of the call, as JSON has it: checkpoints and caches write messages down."""
    return info.model_dump()


def _usage(usage: Usage | None) -> UsageMetadata | None:
    """Return the tokens under LangChain's names; the parts are of the whole there too."""
    if usage is None:
        return None
    made = UsageMetadata(
        input_tokens=usage.prompt_tokens, output_tokens=usage.completion_tokens, total_tokens=usage.total_tokens
    )
    if (prompt := usage.prompt_tokens_details) is not None:
        made["input_token_details"] = InputTokenDetails(
            audio=prompt.audio_tokens, cache_creation=prompt.cache_creation_tokens, cache_read=prompt.cached_tokens
        )
    if (completion := usage.completion_tokens_details) is not None:
        made["output_token_details"] = OutputTokenDetails(
            audio=completion.audio_tokens, reasoning=completion.reasoning_tokens
        )
    return made
