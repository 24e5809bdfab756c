"""What a batch is, and what comes of each of its requests."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from genai_sdk.errors import GenAIError, InvalidRequestError
from genai_sdk.sentence import Sentence
from genai_sdk.types import ChatCompletion, EmbeddingResponse, Usage
from genai_sdk.types.base import Record

if TYPE_CHECKING:  # loaded by those who ask for responses
    from genai_sdk.types.responses import ResponsesResponse

BatchStatus = Literal[
    "validating", "in_progress", "finalizing", "completed", "failed", "expired", "cancelling", "cancelled"
]
"""OpenAI's words, which the other vendors' are put into."""

ENDED = frozenset({"completed", "failed", "expired", "cancelled"})


class BatchCounts(Record, frozen=True):
    """How many of a batch's requests are where.

    Attributes:
        total: All of them, as far as the vendor has counted.
        completed: Those that were answered.
        failed: Those that were refused, expired or cancelled.
    """

    total: int = 0
    completed: int = 0
    failed: int = 0


class Batch(Record, frozen=True, kw_only=True):
    """A batch as its vendor knows it.

    Attributes:
        id: What another process finds it by: `connection/model/operation/vendor's id`, each percent-encoded.
        status: How far it is.
        connection: The connection that it is on.
        model: The model id that was asked; empty where a listed batch does not say.
        operation: `"chat"`, `"responses"` or `"embedding"`, else what its vendor calls it.
        vendor_id: The vendor's own id.
        counts: How many of its requests are where.
        created_at: When it was made, in seconds since 1970.
        ended_at: When it was over; None before.
        expires_at: When its vendor gives it up, or deletes what came of it; None where that is not said.
        errors: Why it failed as a whole, in the vendor's words.
        endpoint: The path that its requests are for, as OpenAI calls it; empty where the vendor has no such thing.
        input_file_id: The file of its requests, which `files.content` downloads; None where the vendor has none. So are
            the other two.
        output_file_id: The file of what was answered.
        error_file_id: The file of what was not.
        metadata: What it was made with, by name.
    """

    id: str
    status: BatchStatus
    connection: str
    model: str
    operation: str
    vendor_id: str
    counts: BatchCounts = BatchCounts()
    created_at: int = 0
    ended_at: int | None = None
    expires_at: int | None = None
    errors: tuple[str, ...] = ()
    endpoint: str = ""
    input_file_id: str | None = None
    output_file_id: str | None = None
    error_file_id: str | None = None
    metadata: Mapping[str, str] = {}

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self.status in ENDED


class BatchResult(Record, frozen=True, kw_only=True):
    """What came of one request.

    Attributes:
        custom_id: The request's own id.
        response: Its answer, with the cost at the price of batches in `response.genai`; None where it has none.
        error: Why it has none; None where it has one.
    """

    custom_id: str
    response: "ChatCompletion | EmbeddingResponse | ResponsesResponse | None" = None
    error: GenAIError | None = None

    @property
    def completion(self) -> ChatCompletion:
        """The answer of a chat request.

        Raises:
            GenAIError: The request failed.
            InvalidRequestError: It was none of chat.
        """
        if isinstance(self.response, ChatCompletion):
            return self.response
        raise self.error or self._another()

    @property
    def embedding(self) -> EmbeddingResponse:
        """The answer of an embedding request.

        Raises:
            GenAIError: The request failed.
            InvalidRequestError: It was none of embedding.
        """
        if isinstance(self.response, EmbeddingResponse):
            return self.response
        raise self.error or self._another()

    @property
    def responses(self) -> "ResponsesResponse":
        """The answer of a request for a response, as `client.responses` returns it.

        Raises:
            GenAIError: The request failed.
            InvalidRequestError: It was none for a response.
        """
        from genai_sdk.types.responses import ResponsesResponse

        if isinstance(self.response, ResponsesResponse):
            return self.response
        raise self.error or self._another()

    def _another(self) -> InvalidRequestError:
        if isinstance(self.response, ChatCompletion):
            sentence = Sentence.of(
                "batch.text", "{custom_id!r} was answered with a text: read `completion`", custom_id=self.custom_id
            )
        elif isinstance(self.response, EmbeddingResponse):
            sentence = Sentence.of(
                "batch.vectors", "{custom_id!r} was answered with vectors: read `embedding`", custom_id=self.custom_id
            )
        else:
            sentence = Sentence.of(
                "batch.response",
                "{custom_id!r} was answered with a response: read `responses`",
                custom_id=self.custom_id,
            )
        return InvalidRequestError(sentence)

    @property
    def usage(self) -> Usage | None:
        """The tokens, where the vendor reports them."""
        return None if self.response is None else self.response.usage

    @property
    def cost(self) -> float | None:
        """US dollars at the price of batches; None where that is not known."""
        return None if self.response is None else self.response.genai.cost
