"""What a call takes is typed, and the types say what the catalogue says."""

from genai_sdk.catalogue import CHAT_PARAMETERS, EMBEDDING_PARAMETERS
from genai_sdk.client.parameters import ChatKeywords, EmbeddingKeywords, RoutingKeywords
from genai_sdk.routing import CALL_OPTIONS


def test_the_typed_keywords_are_those_of_the_catalogue():
    assert set(RoutingKeywords.__annotations__) == CALL_OPTIONS
    assert set(ChatKeywords.__annotations__) - CALL_OPTIONS == set(CHAT_PARAMETERS)
    assert set(EmbeddingKeywords.__annotations__) - CALL_OPTIONS == set(EMBEDDING_PARAMETERS)
