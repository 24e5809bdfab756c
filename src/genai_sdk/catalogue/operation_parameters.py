"""What the calls beside chat and embeddings take; read for those who make one."""

from collections.abc import Mapping
from types import MappingProxyType

_EXTRA = {
    "extra_body": "further fields of the request body; they go over all others",
    "extra_headers": "further headers of the request; they cannot replace authentication",
}
_USER = {"user": "an identifier of the end user"}


def _table(rows: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(sorted({**_EXTRA, **rows}.items())))


# openai 3.57.0, types/audio/speech_create_params.py
SPEECH_PARAMETERS = _table(
    {
        "instructions": "how to speak; not for tts-1 and tts-1-hd",
        "response_format": '"mp3", "opus", "aac", "flac", "wav" or "pcm"; Gemini has "wav" and "pcm"',
        "speed": "how fast to speak, 0.25 to 4",
        "stream_format": 'how a stream comes: "sse" or "audio"; left out, as the model has it',
        "voice": "the name of the voice, or {'id': …} of a voice of one's own",
    }
)

# openai 3.57.0, types/audio/transcription_create_params.py
TRANSCRIPTION_PARAMETERS = _table(
    {
        "chunking_strategy": '"auto", or how to cut the sound into pieces',
        "include": 'further facts, such as ["logprobs"]',
        "keywords": "words that may occur (gpt-transcribe)",
        "known_speaker_names": "names of speakers",
        "known_speaker_references": "data URLs of how they sound",
        "language": 'the language spoken, such as "en"',
        "languages": "languages that may be spoken (gpt-transcribe)",
        "prompt": "a text that the sound goes on with, or words that guide",
        "response_format": '"json", "text", "srt", "verbose_json", "vtt" or "diarized_json"',
        "temperature": "how random the output is, 0 to 1",
        "timestamp_granularities": '["word"], ["segment"] or both, with verbose_json',
    }
)

# openai 3.57.0, types/image_generate_params.py and image_edit_params.py
_PICTURE = {
    **_USER,
    "background": '"transparent", "opaque" or "auto"',
    "n": "how many pictures",
    "output_compression": "how much to compress jpeg and webp, in percent",
    "output_format": '"png", "jpeg" or "webp"',
    "partial_images": "how many coarse pictures a stream brings before the last",
    "quality": '"low", "medium", "high", "auto", or "standard" and "hd" of older models',
    "response_format": '"url" or "b64_json", of models that can do both',
    "size": 'such as "1024x1024"; "auto"',
}
IMAGE_PARAMETERS = _table(
    {
        **_PICTURE,
        "aspect_ratio": 'such as "16:9" (Google, Stability AI)',
        "moderation": '"low" or "auto"',
        "negative_prompt": "what shall not be in it (Amazon, Stability AI)",
        "seed": "a number that makes the picture repeatable, as far as the vendor can",
        "style": '"vivid" or "natural" of dall-e-3',
    }
)
IMAGE_EDIT_PARAMETERS = _table(
    {
        **_PICTURE,
        "aspect_ratio": 'such as "16:9" (Google)',
        "input_fidelity": '"high" or "low": how closely to keep to the pictures',
        "negative_prompt": "what shall not be in it (Amazon)",
        "seed": "a number that makes the picture repeatable, as far as the vendor can",
    }
)

# https://docs.cohere.com/reference/rerank and https://api.jina.ai/redoc (rerank)
RERANK_PARAMETERS = _table(
    {
        "max_chunks_per_doc": "into how many pieces a long document may be cut",
        "max_tokens_per_doc": "tokens of a document that count",
        "return_documents": "whether the documents come back",
        "top_n": "how many documents to return",
    }
)

# openai 3.57.0, types/moderation_create_params.py
MODERATION_PARAMETERS = _table({})

# openai 3.57.0, types/completion_create_params.py
TEXT_PARAMETERS = _table(
    {
        **_USER,
        "best_of": "how many texts to make, of which the best are returned",
        "echo": "whether the prompt comes back too",
        "frequency_penalty": "how much to avoid tokens by how often they occurred, -2 to 2",
        "logit_bias": "by token id, how much to favour or avoid it, -100 to 100",
        "logprobs": "how many likely tokens to return at each position, 0 to 5",
        "max_tokens": "the most tokens to generate",
        "n": "how many texts to return for each prompt",
        "presence_penalty": "how much to avoid tokens that occurred at all, -2 to 2",
        "seed": "a number that makes sampling repeatable, as far as the vendor can",
        "stop": "up to four texts at which to stop",
        "stream_options": "options of a stream; usage is always asked for",
        "suffix": "what comes after the text",
        "temperature": "how random the output is, 0 to 2",
        "top_p": "the share of probability to sample from, 0 to 1",
    }
)
