"""What the matrix of docs/operations.md is made of: a row for each operation, a column for each adapter."""

from collections.abc import Mapping
from typing import Any

import msgspec

from genai_sdk.testing.formats.audio import pcm, wav
from genai_sdk.testing.formats.images import png

COLUMNS: Mapping[str, str] = {
    "openai": "OpenAI and compatible",
    "azure": "Azure OpenAI",
    "anthropic": "Anthropic",
    "google-ai-studio": "Google AI Studio",
    "google-vertex-ai": "Vertex AI",
    "bedrock": "Bedrock",
}


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """An operation.

    Attributes:
        method: The client's method; its twin is called `a…`.
        says: What it is for.
        arguments: What it is called with, beside the model.
        models: By adapter, a model that has it; where there is none, the adapter has it not.
        streams: Whether it takes `stream=True`.
    """

    method: str
    says: str
    arguments: Mapping[str, Any]
    models: Mapping[str, str]
    streams: bool = False


_HELLO = [{"role": "user", "content": "Hello!"}]
_GPT = {"openai": "gpt-4o", "azure": "gpt-4o"}
_GOOGLE = ("google-ai-studio", "google-vertex-ai")
_CHAT = {
    **_GPT,
    "anthropic": "claude-sonnet-4-5",
    **dict.fromkeys(_GOOGLE, "gemini-2.5-pro"),
    "bedrock": "amazon.nova-lite-v1:0",
}

ROWS: tuple[Row, ...] = (
    Row(
        method="completion",
        says="a conversation",
        arguments={"messages": _HELLO},
        models=_CHAT,
        streams=True,
    ),
    Row(
        method="responses",
        says="OpenAI's items and the items that follow",
        arguments={"input": "Hello!"},
        models=_CHAT,
        streams=True,
    ),
    Row(
        method="messages",
        says="a conversation in Anthropic's blocks",
        arguments={"messages": _HELLO, "max_tokens": 50},
        models=_CHAT,
        streams=True,
    ),
    Row(
        method="text_completion",
        says="a text and how it goes on",
        arguments={"prompt": "Once upon"},
        models={"openai": "gpt-3.5-turbo-instruct", "azure": "gpt-35-turbo-instruct"},
        streams=True,
    ),
    Row(
        method="embedding",
        says="vectors of texts",
        arguments={"input": ["one", "two"]},
        models={
            "openai": "text-embedding-3-small",
            "azure": "text-embedding-3-small",
            **dict.fromkeys(_GOOGLE, "gemini-embedding-001"),
            "bedrock": "cohere.embed-v4:0",
        },
    ),
    Row(
        method="image_generation",
        says="a text and a picture of it",
        arguments={"prompt": "a bridge"},
        models={
            "openai": "gpt-image-1",
            "azure": "gpt-image-1",
            **dict.fromkeys(_GOOGLE, "gemini-2.5-flash-image"),
            "bedrock": "amazon.nova-canvas-v1:0",
        },
        streams=True,
    ),
    Row(
        method="image_edit",
        says="pictures changed",
        arguments={"image": png("a"), "prompt": "a bridge"},
        models={
            "openai": "gpt-image-1",
            "azure": "gpt-image-1",
            **dict.fromkeys(_GOOGLE, "gemini-2.5-flash-image"),
            "bedrock": "amazon.nova-canvas-v1:0",
        },
        streams=True,
    ),
    Row(
        method="speech",
        says="a text read aloud",
        arguments={"input": "Good morning.", "voice": "alloy"},
        models={"openai": "tts-1", "azure": "tts-1", **dict.fromkeys(_GOOGLE, "gemini-2.5-flash-preview-tts")},
        streams=True,
    ),
    Row(
        method="transcription",
        says="sound written down",
        arguments={"file": ("hello.wav", wav(pcm("Good morning.")))},
        models={"openai": "gpt-4o-transcribe", "azure": "gpt-4o-transcribe"},
        streams=True,
    ),
    Row(
        method="rerank",
        says="documents in the order of their relevance",
        arguments={"query": "weather", "documents": ["bread", "the weather"]},
        models={"openai": "jina-reranker-v3", "bedrock": "cohere.rerank-v3-5:0"},
    ),
    Row(
        method="moderation",
        says="what is objectionable",
        arguments={"input": "peace"},
        models={"openai": "omni-moderation-latest"},
    ),
)

LEFT_OUT: tuple[tuple[str, str], ...] = (
    (
        "files and batches in this table",
        "they outlive a call: [client.batches](batches.md) and [client.files](files.md) say who has them",
    ),
    (
        "rerank on OpenAI itself and Azure OpenAI, moderation on Azure OpenAI",
        "they have no such endpoint; compatible servers (vLLM, Jina, Cohere, Voyage, Infinity, LiteLLM's proxy) rerank",
    ),
    (
        "everything but a conversation on Anthropic",
        "Claude makes neither vectors nor sound nor pictures",
    ),
    (
        "transcription on Google and Bedrock",
        "there is no endpoint: a chat model writes down what it hears as it likes: give it the sound in a message",
    ),
    (
        "speech of other forms than wav on Google",
        "Google sends bare samples; a head is put in front of them, and nothing is encoded anew",
    ),
    (
        "masks on Google and Bedrock, edits by Imagen and by Stability AI's editing models",
        "their masks mean other pixels than OpenAI's, and each of these models has a request of its own",
    ),
    (
        "translations of sound (`/audio/translations`), variations of pictures (`/images/variations`)",
        "OpenAI offers them for whisper-1 and dall-e-2 alone, which it shuts down",
    ),
    (
        "video, realtime sessions, fine-tuning, vector stores, assistants",
        "they are jobs or sessions, not calls that a fallback could answer",
    ),
)
