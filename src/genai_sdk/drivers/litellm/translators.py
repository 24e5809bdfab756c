"""litellm's translations, by the names in `shapes`. Imported late, because litellm is."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from litellm.llms.bedrock.chat.invoke_handler import AWSEventStreamDecoder

from genai_sdk.drivers.litellm.interception import Replay, dump, litellm_completion, litellm_embedding, run, silence
from genai_sdk.drivers.litellm.openai_wire import OpenAIChat, OpenAIEmbedding, Responses
from genai_sdk.drivers.litellm.shapes import Shape
from genai_sdk.drivers.litellm.translation import Translation
from genai_sdk.wires.chunks import Translate
from genai_sdk.wires.wire import HttpRequest, HttpResponse

_BEDROCK = "bedrock/converse/"


class ClientTranslator(Translation):
    """Chat with a vendor whose wire litellm speaks through a client object that can be handed to it."""

    def answer(self, answers: Sequence[HttpResponse]) -> dict[str, Any]:
        """Run litellm against the answers there are."""
        return dump(self._run(answers))

    def parser(self, request: HttpRequest) -> Translate:
        """Have litellm open a stream with nothing in it, and take its parser."""
        nothing = HttpResponse(200, {"content-type": "text/event-stream"}, b"")
        parse = self._run((nothing,)).completion_stream.chunk_parser
        return lambda event: dump(parse(event))

    def _run(self, answers: Sequence[HttpResponse]) -> Any:
        opened = run(litellm_completion, self.shape, self.call, client=Replay(answers), stream=self.stream)
        if self.stream and opened.completion_stream is None:
            with silence:
                opened.fetch_sync_stream()  # Gemini's are opened at the first chunk
        return opened


class Gemini(ClientTranslator):
    """Chat with Gemini, on either of Google's platforms."""

    def parser(self, request: HttpRequest) -> Translate:
        """Take litellm's parser, and believe only finish reasons that Gemini gave: it finishes every chunk."""
        parse = super().parser(request)

        def read(event: dict[str, Any]) -> dict[str, Any]:
            finished = {item.get("index", 0) for item in event.get("candidates") or () if item.get("finishReason")}
            chunk = parse(event)
            for choice in chunk.get("choices") or ():
                if choice.get("index", 0) not in finished:
                    choice["finish_reason"] = None
            return chunk

        return read


class Converse(ClientTranslator):
    """Chat over Bedrock's Converse."""

    def parser(self, request: HttpRequest) -> Translate:
        """Make litellm's parser, which it hides in a generator."""
        # The name of the tool that litellm asks for a JSON schema with.
        json_mode = b'"json_tool_call"' in request.body
        decoder = AWSEventStreamDecoder(model=self.shape.model.removeprefix(_BEDROCK), json_mode=json_mode)
        # It reads the payload alone; an event is its type and its payload.
        return lambda event: dump(decoder.converse_chunk_parser(next(iter(event.values()))))


class ClientEmbeddingTranslator(Translation):
    """Embeddings of a vendor that litellm speaks to through a client object."""

    def answer(self, answers: Sequence[HttpResponse]) -> dict[str, Any]:
        """Run litellm against the answers there are."""
        model = self.shape.embedding_model or self.shape.model
        return dump(
            run(litellm_embedding, msgspec.structs.replace(self.shape, model=model), self.call, client=Replay(answers))
        )


CHAT: Mapping[str, type[Translation]] = {
    "openai": OpenAIChat,
    "responses": Responses,
    "posted": ClientTranslator,
    "gemini": Gemini,
    "converse": Converse,
}
"""Those of chat calls."""

EMBEDDING: Mapping[str, type[Translation]] = {"openai": OpenAIEmbedding, "posted": ClientEmbeddingTranslator}
"""Those of embedding calls."""


def rehearse() -> None:
    """Translate a call for each kind of provider, so that what litellm loads at its first is loaded."""
    call = {"messages": [{"role": "user", "content": "Hello!"}]}
    rows = (("openai/-", "openai"), ("openai/-", "responses"), ("anthropic/-", "posted"), ("gemini/-", "gemini"))
    for model, name in (*rows, (f"{_BEDROCK}-", "converse")):
        CHAT[name](Shape(model=model, root="https://localhost"), call).request()
