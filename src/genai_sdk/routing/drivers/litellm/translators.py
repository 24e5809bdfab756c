"""litellm as a translator: the one module that imports it (but for `router`), itself imported late.

litellm's public functions are run without the wrapper around them that logs, caches, retries and starts threads. A
run needs no network: where litellm would send its request the run ends with `Asked`, and once the answer is there
litellm is run again and finds it. The same call gives the same request, so the first run's request is the one sent.
"""

import inspect
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import httpx
import litellm
import msgspec
from litellm import main as litellm_main
from litellm.anthropic_beta_headers_manager import update_headers_with_filtered_beta
from litellm.completion_extras.litellm_responses_transformation.transformation import (
    LiteLLMResponsesTransformationHandler,
    OpenAiResponsesToChatCompletionStreamIterator,
)
from litellm.litellm_core_utils.litellm_logging import Logging
from litellm.litellm_core_utils.llm_response_utils.convert_dict_to_response import convert_to_model_response_object
from litellm.llms.bedrock.chat.invoke_handler import AWSEventStreamDecoder
from litellm.llms.custom_httpx.http_handler import HTTPHandler
from litellm.llms.openai.responses.transformation import OpenAIResponsesAPIConfig
from litellm.types.router import GenericLiteLLMParams
from litellm.utils import get_optional_params

from genai_sdk.routing.drivers.litellm.question import Answer, Asked, Question
from genai_sdk.routing.drivers.litellm.shapes import NOBODY, Shape

Parse = Callable[[dict[str, Any]], dict[str, Any]]
"""From a vendor's event to a chunk in OpenAI's shape; keeps what it must know of earlier events."""

_COMPLETION = inspect.unwrap(litellm.completion)
_EMBEDDING = inspect.unwrap(litellm.embedding)

# Every other header of litellm's is authentication, or its own business.
_FORMAT_HEADERS = frozenset({"accept", "anthropic-beta", "anthropic-version", "content-type"})

_ARGUMENTS: Mapping[str, Any] = {
    "api_key": NOBODY,
    "max_retries": 0,
    "num_retries": 0,
    "timeout": 600.0,  # nothing waits in here
    "_skip_mcp_handler": True,  # else `tools` needs the package mcp (1.106.2)
    "_skip_responses_api_bridge": True,  # the connection says whether chat goes over /responses, not the model
}


class Translation:
    """One call as litellm translates it.

    Args:
        shape: What litellm is told of the deployment.
        call: The call's own arguments, by litellm's names; they are copied for every run, because litellm writes
            into messages and tools.
        stream: Whether a stream is wanted.
    """

    def __init__(self, shape: Shape, call: Mapping[str, Any], *, stream: bool = False) -> None:
        self.shape = shape
        self.call = call
        self.stream = stream

    def question(self) -> Question:
        """Return the first request."""
        try:
            self.answer(())
        except Asked as asked:
            return asked.question
        raise RuntimeError("litellm answered without asking the provider")

    def answer(self, answers: Sequence[Answer]) -> dict[str, Any]:
        """Return the provider's answer in OpenAI's shape.

        Raises:
            Asked: litellm wants a further answer.
        """
        raise NotImplementedError

    def parser(self, question: Question) -> Parse:
        """Return what reads the events of the stream that answers `question`."""
        raise NotImplementedError


def whole(translation: Translation) -> Generator[Question, Answer, dict[str, Any]]:
    """Ask for answers until litellm has all it wants (a batch of embeddings can be several requests)."""
    answers: list[Answer] = []
    while True:
        try:
            return translation.answer(answers)
        except Asked as asked:
            question = asked.question
        answers.append((yield question))


class Posted(Translation):
    """A vendor whose wire litellm speaks through a client object that can be handed to it."""

    def answer(self, answers: Sequence[Answer]) -> dict[str, Any]:
        """Run litellm against the answers there are."""
        return _dump(self._run(_Replay(self.shape, answers)))

    def parser(self, question: Question) -> Parse:
        """Let litellm open a stream that has nothing in it, and take its parser."""
        nothing = Answer(200, {"content-type": "text/event-stream"}, b"")
        wrapper = self._run(_Replay(self.shape, (nothing,)))
        wrapper.fetch_sync_stream()
        parse = wrapper.completion_stream.chunk_parser
        return lambda event: _dump(parse(event))

    def _run(self, client: Any) -> Any:
        opened = _run(_COMPLETION, self.shape.model, self.shape, self.call, client=client, stream=self.stream)
        if self.stream and opened.completion_stream is None:
            with _silence:
                opened.fetch_sync_stream()  # Gemini's streams are opened at the first chunk
        return opened


class Converse(Posted):
    """Bedrock's Converse."""

    def parser(self, question: Question) -> Parse:
        """Make litellm's parser, which it hides in a generator."""
        # The name litellm gives the tool that a JSON schema is asked for with.
        json_mode = b'"json_tool_call"' in question.body
        decoder = AWSEventStreamDecoder(model=self.shape.model.removeprefix("bedrock/converse/"), json_mode=json_mode)
        return lambda event: _dump(decoder.converse_chunk_parser(event))


class OpenAI(Translation):
    """OpenAI's wire: litellm makes the request, and reads an answer that is in shape already."""

    def answer(self, answers: Sequence[Answer]) -> dict[str, Any]:
        """Hand litellm's reader the answer."""
        if not answers:
            call = {**self.call, "allowed_openai_params": list(self.call)}  # what a model takes, its server knows
            _run(_COMPLETION, self.shape.model, self.shape, call, client=_Wire(self.shape), stream=self.stream)
        with _silence:
            return _dump(
                convert_to_model_response_object(
                    response_object=msgspec.json.decode(answers[0].body), model_response_object=litellm.ModelResponse()
                )
            )

    def parser(self, question: Question) -> Parse:
        """Return the identity: the chunks are in shape already."""
        return lambda event: event


class Responses(Translation):
    """OpenAI's Responses API behind the shape of chat."""

    def answer(self, answers: Sequence[Answer]) -> dict[str, Any]:
        """Use litellm's bridge between the two, without its own call in the middle (which needs the package mcp)."""
        with _silence:
            if not answers:
                raise Asked(self._question())
            log = _Silent(self.shape.model)
            raw = OpenAIResponsesAPIConfig().transform_response_api_response(
                model=self._model, raw_response=_response(self.shape.root, answers[0]), logging_obj=log
            )
            return _dump(
                LiteLLMResponsesTransformationHandler().transform_response(
                    model=raw.model or self._model,
                    raw_response=raw,
                    model_response=litellm.ModelResponse(),
                    logging_obj=log,
                    request_data={},
                    messages=[],
                    optional_params={},
                    litellm_params={},
                    encoding=None,
                )
            )

    def parser(self, question: Question) -> Parse:
        """Return litellm's parser of the Responses API's events."""
        events = OpenAiResponsesToChatCompletionStreamIterator(iter(()), sync_stream=True)
        return lambda event: _dump(events.chunk_parser(event))

    @property
    def _model(self) -> str:
        return self.shape.model.removeprefix("openai/")

    def _question(self) -> Question:
        call = plain(self.call)
        messages = call.pop("messages")
        optional = get_optional_params(
            model=self._model, custom_llm_provider="openai", stream=self.stream, allowed_openai_params=list(call), **call
        )
        request = LiteLLMResponsesTransformationHandler().transform_request(
            self._model, messages, optional, {}, {}, _Silent(self.shape.model)
        )
        fields = {name: item for name, item in request.items() if name not in _NOT_SENT and item is not None}
        body = OpenAIResponsesAPIConfig().transform_responses_api_request(
            model=self._model,
            input=fields.pop("input"),
            response_api_optional_request_params=fields,
            litellm_params=GenericLiteLLMParams(),
            headers={},
        )
        return _json_question(self.shape, "/responses", body)


_NOT_SENT = frozenset({"client", "litellm_logging_obj", "model"})


class PostedEmbedding(Translation):
    """The embeddings of a vendor that litellm speaks to through a client object."""

    def answer(self, answers: Sequence[Answer]) -> dict[str, Any]:
        """Run litellm against the answers there are."""
        model = self.shape.embedding_model or self.shape.model
        return _dump(_run(_EMBEDDING, model, self.shape, self.call, client=_Replay(self.shape, answers)))


class OpenAIEmbedding(Translation):
    """OpenAI's embeddings."""

    def answer(self, answers: Sequence[Answer]) -> dict[str, Any]:
        """Hand litellm's reader the answer."""
        if not answers:
            call = {**self.call, "allowed_openai_params": list(self.call)}
            _run(_EMBEDDING, self.shape.model, self.shape, call, client=_Wire(self.shape))
        with _silence:
            return _dump(
                convert_to_model_response_object(
                    response_object=msgspec.json.decode(answers[0].body),
                    model_response_object=litellm.EmbeddingResponse(),
                    response_type="embedding",
                )
            )


CHAT: Mapping[str, type[Translation]] = {
    "openai": OpenAI,
    "responses": Responses,
    "posted": Posted,
    "converse": Converse,
}
"""The translators of chat calls by the names in `shapes`."""

EMBEDDING: Mapping[str, type[Translation]] = {"openai": OpenAIEmbedding, "posted": PostedEmbedding}
"""The translators of embedding calls by the names in `shapes`."""
