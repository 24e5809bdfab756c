"""The translations of OpenAI's wire. Imported late, because litellm is."""

from collections.abc import Sequence
from typing import Any

import litellm
import msgspec
from litellm.completion_extras.litellm_responses_transformation.transformation import (
    LiteLLMResponsesTransformationHandler,
    OpenAiResponsesToChatCompletionStreamIterator,
)
from litellm.litellm_core_utils.llm_response_utils.convert_dict_to_response import convert_to_model_response_object
from litellm.llms.openai.responses.transformation import OpenAIResponsesAPIConfig
from litellm.types.router import GenericLiteLLMParams
from litellm.utils import get_optional_params

from genai_sdk.drivers.litellm.intercepted import InterceptedRequest
from genai_sdk.drivers.litellm.interception import (
    RequestListener,
    Silent,
    dump,
    json_request,
    litellm_completion,
    litellm_embedding,
    openai_client,
    response,
    run,
    silence,
)
from genai_sdk.drivers.litellm.translation import Translation
from genai_sdk.wires.chunks import Translate
from genai_sdk.wires.values import plain
from genai_sdk.wires.wire import HttpRequest, HttpResponse

_NOT_SENT = frozenset({"client", "litellm_logging_obj", "model"})


class OpenAIChat(Translation):
    """Chat: litellm makes the request, and reads an answer that is in shape already."""

    def answer(self, answers: Sequence[HttpResponse]) -> dict[str, Any]:
        """Ask, or hand litellm's reader the answer."""
        if not answers:
            run(
                litellm_completion,
                self.shape,
                self.call,
                stream=self.stream,
                client=openai_client(self.shape),
                litellm_logging_obj=RequestListener(self.shape, "/chat/completions"),
                allowed_openai_params=list(self.call),  # what a model takes its server knows best
            )
        with silence:
            return dump(
                convert_to_model_response_object(
                    response_object=msgspec.json.decode(answers[0].body), model_response_object=litellm.ModelResponse()
                )
            )

    def parser(self, request: HttpRequest) -> Translate:
        """Return the identity: the chunks are in shape already."""
        return lambda event: event


class OpenAIEmbedding(Translation):
    """Embeddings."""

    def answer(self, answers: Sequence[HttpResponse]) -> dict[str, Any]:
        """Ask, or hand litellm's reader the answer."""
        if not answers:
            run(
                litellm_embedding,
                self.shape,
                self.call,
                litellm_logging_obj=RequestListener(self.shape, "/embeddings"),
                allowed_openai_params=list(self.call),
            )
        with silence:
            return dump(
                convert_to_model_response_object(
                    response_object=msgspec.json.decode(answers[0].body),
                    model_response_object=litellm.EmbeddingResponse(),
                    response_type="embedding",
                )
            )


class Responses(Translation):
    """The Responses API behind the shape of chat, by litellm's bridge between the two.

    litellm's own call in the middle of it is left out: it may want the package mcp.
    """

    def answer(self, answers: Sequence[HttpResponse]) -> dict[str, Any]:
        """Ask, or put the answer into chat's shape."""
        with silence:
            if not answers:
                raise InterceptedRequest(self._made())
            log = Silent(self.shape.model)
            raw = OpenAIResponsesAPIConfig().transform_response_api_response(
                model=self._model, raw_response=response(self.shape.root, answers[0]), logging_obj=log
            )
            return dump(
                LiteLLMResponsesTransformationHandler().transform_response(
                    model=raw.model or self._model,
                    raw_response=raw,
                    model_response=litellm.ModelResponse(created=raw.created_at),
                    logging_obj=log,
                    request_data={},
                    messages=[],
                    optional_params={},
                    litellm_params={},
                    encoding=None,
                )
            )

    def parser(self, request: HttpRequest) -> Translate:
        """Return litellm's parser of the Responses API's events."""
        events = OpenAiResponsesToChatCompletionStreamIterator(iter(()), sync_stream=True)
        return lambda event: dump(events.chunk_parser(event))

    @property
    def _model(self) -> str:
        return self.shape.model.removeprefix("openai/")

    def _made(self) -> HttpRequest:
        call = plain(self.call)
        messages = call.pop("messages")
        optional = get_optional_params(
            model=self._model,
            custom_llm_provider="openai",
            stream=self.stream,
            allowed_openai_params=list(call),
            **call,
        )
        request = LiteLLMResponsesTransformationHandler().transform_request(
            self._model, messages, optional, {}, {}, Silent(self.shape.model)
        )
        fields = {name: item for name, item in request.items() if name not in _NOT_SENT and item is not None}
        body = OpenAIResponsesAPIConfig().transform_responses_api_request(
            model=self._model,
            input=fields.pop("input"),
            response_api_optional_request_params=fields,
            litellm_params=GenericLiteLLMParams(),
            headers={},
        )
        return json_request(self.shape, "/responses", body)
