"""Documents in the order of what they say on a query: the answer to `client.rerank`."""

from typing import Any, ClassVar

from genai_sdk.types.base import Readers, Value, count, many, one
from genai_sdk.types.call import CallInfo
from genai_sdk.types.usage import Usage


class RerankResult(Value, frozen=True):
    """How much a document says on the query.

    Attributes:
        index: Its place among the documents of the call.
        relevance_score: How relevant it is; what the numbers mean differs by model.
        document: Its text, where `return_documents` asked for it.
    """

    index: int = 0
    relevance_score: float = 0.0
    document: str | None = None

    readers: ClassVar[Readers] = {"index": count, "relevance_score": float}


class RerankResponse(Value, frozen=True):
    """The answer to `client.rerank`.

    Attributes:
        id: The provider's id of the answer.
        results: The documents, the most relevant first.
        model: The model that was asked.
        usage: The tokens, where the provider reports them; searches, which some bill, are in its `model_extra`.
        genai: What is known of the call.
    """

    id: str = ""
    results: tuple[RerankResult, ...] = ()
    model: str = ""
    usage: Usage | None = None
    genai: CallInfo = CallInfo()

    readers: ClassVar[Readers] = {"results": many(RerankResult), "usage": one(Usage)}

    def recorded(self) -> Any:
        """Return what stands for the answer in a trace."""
        return self.results
