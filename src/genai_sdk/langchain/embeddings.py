"""LangChain's embeddings on a client."""

from collections.abc import Sequence
from typing import Unpack

from langchain_core.embeddings import Embeddings

from genai_sdk.client import GenAIClient
from genai_sdk.client.parameters import EmbeddingKeywords
from genai_sdk.errors import InvalidRequestError
from genai_sdk.sentence import Sentence
from genai_sdk.types import EmbeddingResponse


class GenAIEmbeddings(Embeddings):
    """LangChain's `Embeddings`, made by a `GenAIClient` with its connections, fallbacks, retries and traces.

    Args:
        model: A model's name; see docs/models.md.
        client: Makes the calls; left out, one of its own from the environment.
        **options: Options of `client.embedding`: `dimensions`, `fallbacks`, `user_id` and the like.

    Raises:
        InvalidRequestError: `encoding_format` was given: LangChain wants numbers.
    """

    def __init__(self, model: str, *, client: GenAIClient | None = None, **options: Unpack[EmbeddingKeywords]) -> None:
        if options.get("encoding_format") is not None:
            raise InvalidRequestError(
                Sentence.of(
                    "langchain.encoding", "GenAIEmbeddings does not take encoding_format: LangChain wants numbers"
                )
            )
        self.model = model
        self.client = client if client is not None else GenAIClient()
        self._options = options

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Turn texts into vectors, in their order.

        Raises:
            GenAIError: As `client.embedding`.
        """
        return _vectors(self.client.embedding(self.model, texts, **self._options)) if texts else []

    async def aembed_documents(self, texts: list[str]) -> list[list[float]]:
        """Turn texts into vectors; the twin of `embed_documents`."""
        return _vectors(await self.client.aembedding(self.model, texts, **self._options)) if texts else []

    def embed_query(self, text: str) -> list[float]:
        """Turn one text into a vector.

        Raises:
            GenAIError: As `client.embedding`.
        """
        return self.embed_documents([text])[0]

    async def aembed_query(self, text: str) -> list[float]:
        """Turn one text into a vector; the twin of `embed_query`."""
        return (await self.aembed_documents([text]))[0]

    def __repr__(self) -> str:
        return f"GenAIEmbeddings(model={self.model!r})"


def _vectors(response: EmbeddingResponse) -> list[list[float]]:
    return [_numbers(row.embedding) for row in response.data]


def _numbers(vector: Sequence[float] | str) -> list[float]:
    assert not isinstance(vector, str), "base64 was not asked for"
    return list(vector)
