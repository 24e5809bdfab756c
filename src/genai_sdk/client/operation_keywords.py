"""The keywords of the calls beside chat and embeddings; for type checkers alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from genai_sdk.client.parameters import RoutingKeywords, TraceKeywords


class CommonKeywords(RoutingKeywords, TraceKeywords, total=False):
    """What every call takes."""

    extra_body: Mapping[str, Any] | None
    extra_headers: Mapping[str, str] | None


class SpeechKeywords(CommonKeywords, total=False):
    """OpenAI's parameters of speech, under their own names, beside the routing options."""

    instructions: str | None
    response_format: str | None
    speed: float | None
    stream_format: str | None
    voice: str | Mapping[str, Any] | None


class TranscriptionKeywords(CommonKeywords, total=False):
    """OpenAI's parameters of transcriptions, under their own names, beside the routing options."""

    chunking_strategy: str | Mapping[str, Any] | None
    include: Sequence[str] | None
    keywords: Sequence[str] | None
    known_speaker_names: Sequence[str] | None
    known_speaker_references: Sequence[str] | None
    language: str | None
    languages: Sequence[str] | None
    prompt: str | None
    response_format: str | None
    temperature: float | None
    timestamp_granularities: Sequence[str] | None


class PictureKeywords(CommonKeywords, total=False):
    """What both calls for pictures take."""

    aspect_ratio: str | None
    background: str | None
    n: int | None
    negative_prompt: str | None
    output_compression: int | None
    output_format: str | None
    partial_images: int | None
    quality: str | None
    response_format: str | None
    seed: int | None
    size: str | None
    user: str | None


class ImageKeywords(PictureKeywords, total=False):
    """OpenAI's parameters of generated pictures, and some of other vendors, beside the routing options."""

    moderation: str | None
    style: str | None


class ImageEditKeywords(PictureKeywords, total=False):
    """OpenAI's parameters of edited pictures, and some of other vendors, beside the routing options."""

    input_fidelity: str | None


class RerankKeywords(CommonKeywords, total=False):
    """The parameters that Cohere and Jina have of reranking, beside the routing options."""

    max_chunks_per_doc: int | None
    max_tokens_per_doc: int | None
    return_documents: bool | None
    top_n: int | None


class ModerationKeywords(CommonKeywords, total=False):
    """The routing options of a moderation."""


class TextKeywords(CommonKeywords, total=False):
    """OpenAI's parameters of text completions, under their own names, beside the routing options."""

    best_of: int | None
    echo: bool | None
    frequency_penalty: float | None
    logit_bias: Mapping[str, float] | None
    logprobs: int | None
    max_tokens: int | None
    n: int | None
    presence_penalty: float | None
    seed: int | None
    stop: str | Sequence[str] | None
    stream_options: Mapping[str, Any] | None
    suffix: str | None
    temperature: float | None
    top_p: float | None
    user: str | None
