"""What a call takes is typed, and the types say what the catalogue says."""

from genai_sdk.catalogue import CHAT_PARAMETERS, EMBEDDING_PARAMETERS
from genai_sdk.client.parameters import ChatKeywords, EmbeddingKeywords, RoutingKeywords, TraceKeywords
from genai_sdk.routing import CALL_OPTIONS
from genai_sdk.tracing import LABELS


def test_the_typed_keywords_are_those_of_the_catalogue():
    assert set(RoutingKeywords.__annotations__) == CALL_OPTIONS
    assert set(TraceKeywords.__annotations__) == set(LABELS)
    beside = CALL_OPTIONS | set(LABELS)
    assert set(ChatKeywords.__annotations__) - beside == set(CHAT_PARAMETERS)
    assert set(EmbeddingKeywords.__annotations__) - beside == set(EMBEDDING_PARAMETERS)
