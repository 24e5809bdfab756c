"""The calls for sound and pictures, sync and async."""

from typing import TYPE_CHECKING, Literal, Unpack, overload

from genai_sdk.client.item_calls import ItemCalls
from genai_sdk.client.parameters import read_stream
from genai_sdk.lifecycle.ending import on_thread, refuse_at_exit

if TYPE_CHECKING:  # loaded by the first of these calls
    from genai_sdk.client.files import FileInput
    from genai_sdk.client.operation_keywords import (
        ImageEditKeywords,
        ImageKeywords,
        SpeechKeywords,
        TranscriptionKeywords,
    )
    from genai_sdk.routing.items import AsyncItemStream, ItemStream
    from genai_sdk.types.image import ImageEvent, ImageResponse
    from genai_sdk.types.speech import Speech, SpeechChunk
    from genai_sdk.types.transcription import Transcription, TranscriptionEvent


class MediaCalls(ItemCalls):
    """Speech, transcription and pictures; a part of `GenAIClient`."""

    @overload
    def speech(
        self,
        model: str,
        input: str,
        *,
        stream: Literal[False] = False,
        **options: "Unpack[SpeechKeywords]",
    ) -> "Speech": ...
    @overload
    def speech(
        self,
        model: str,
        input: str,
        *,
        stream: Literal[True],
        **options: "Unpack[SpeechKeywords]",
    ) -> "ItemStream[SpeechChunk, Speech]": ...
    def speech(
        self,
        model: str,
        input: str,  # noqa: A002 - OpenAI's name
        *,
        stream: bool = False,
        **options: "Unpack[SpeechKeywords]",
    ) -> "Speech | ItemStream[SpeechChunk, Speech]":
        """Read a text aloud.

        Args:
            model: A model's name.
            input: The text.
            stream: Whether to return an iterator of pieces of sound as they come.
            **options: OpenAI's parameters (`voice`, `response_format`, `instructions` …), and the routing options.

        Raises:
            GenAIError: As `completion`.

        Examples:
            >>> speech = client.speech("tts-1", "Good morning!", voice="alloy")
            >>> with open("morning.mp3", "wb") as file:
            ...     file.write(speech.content)
        """
        started = self._clock.now()
        refuse_at_exit()
        from genai_sdk.client.operation_arguments import read_speech
        from genai_sdk.wires.operations import SPEECH

        stream = read_stream(stream)
        arguments = read_speech(model, input, options, stream=stream)
        return (self._stream_items if stream else self._run)(SPEECH, arguments, started)

    @overload
    async def aspeech(
        self,
        model: str,
        input: str,
        *,
        stream: Literal[False] = False,
        **options: "Unpack[SpeechKeywords]",
    ) -> "Speech": ...
    @overload
    async def aspeech(
        self,
        model: str,
        input: str,
        *,
        stream: Literal[True],
        **options: "Unpack[SpeechKeywords]",
    ) -> "AsyncItemStream[SpeechChunk, Speech]": ...
    async def aspeech(
        self,
        model: str,
        input: str,  # noqa: A002 - OpenAI's name
        *,
        stream: bool = False,
        **options: "Unpack[SpeechKeywords]",
    ) -> "Speech | AsyncItemStream[SpeechChunk, Speech]":
        """Read a text aloud; the twin of `speech`.

        Examples:
            >>> (await client.aspeech("tts-1", "Good morning!", voice="alloy")).content
        """
        started = self._clock.now()
        refuse_at_exit()
        from genai_sdk.client.operation_arguments import read_speech
        from genai_sdk.wires.operations import SPEECH

        stream = read_stream(stream)
        arguments = read_speech(model, input, options, stream=stream)
        return await (self._astream_items if stream else self._arun)(SPEECH, arguments, started)

    @overload
    def transcription(
        self,
        model: str,
        file: "FileInput",
        *,
        stream: Literal[False] = False,
        **options: "Unpack[TranscriptionKeywords]",
    ) -> "Transcription": ...
    @overload
    def transcription(
        self, model: str, file: "FileInput", *, stream: Literal[True], **options: "Unpack[TranscriptionKeywords]"
    ) -> "ItemStream[TranscriptionEvent, Transcription]": ...
    def transcription(
        self, model: str, file: "FileInput", *, stream: bool = False, **options: "Unpack[TranscriptionKeywords]"
    ) -> "Transcription | ItemStream[TranscriptionEvent, Transcription]":
        """Write sound down.

        Args:
            model: A model's name.
            file: The sound: a path, bytes, a file opened with "rb", or (name, content). It is read once, whole.
            stream: Whether to return an iterator of events as the text comes, of models that can.
            **options: OpenAI's parameters (`language`, `response_format` …), and the routing options.

        Raises:
            GenAIError: As `completion`.

        Examples:
            >>> client.transcription("whisper-1", "morning.mp3").text
        """
        started = self._clock.now()
        refuse_at_exit()
        from genai_sdk.client.operation_arguments import read_transcription
        from genai_sdk.wires.operations import TRANSCRIPTION

        stream = read_stream(stream)
        arguments = read_transcription(model, file, options)
        return (self._stream_items if stream else self._run)(TRANSCRIPTION, arguments, started)

    @overload
    async def atranscription(
        self,
        model: str,
        file: "FileInput",
        *,
        stream: Literal[False] = False,
        **options: "Unpack[TranscriptionKeywords]",
    ) -> "Transcription": ...
    @overload
    async def atranscription(
        self, model: str, file: "FileInput", *, stream: Literal[True], **options: "Unpack[TranscriptionKeywords]"
    ) -> "AsyncItemStream[TranscriptionEvent, Transcription]": ...
    async def atranscription(
        self, model: str, file: "FileInput", *, stream: bool = False, **options: "Unpack[TranscriptionKeywords]"
    ) -> "Transcription | AsyncItemStream[TranscriptionEvent, Transcription]":
        """Write sound down; the twin of `transcription`. The file is read on another thread.

        Examples:
            >>> (await client.atranscription("whisper-1", "morning.mp3")).text
        """
        started = self._clock.now()
        refuse_at_exit()
        from genai_sdk.client.operation_arguments import read_transcription
        from genai_sdk.wires.operations import TRANSCRIPTION

        stream = read_stream(stream)
        arguments = await on_thread(read_transcription, model, file, options)
        return await (self._astream_items if stream else self._arun)(TRANSCRIPTION, arguments, started)

    @overload
    def image_generation(
        self, model: str, prompt: str, *, stream: Literal[False] = False, **options: "Unpack[ImageKeywords]"
    ) -> "ImageResponse": ...
    @overload
    def image_generation(
        self, model: str, prompt: str, *, stream: Literal[True], **options: "Unpack[ImageKeywords]"
    ) -> "ItemStream[ImageEvent, ImageResponse]": ...
    def image_generation(
        self, model: str, prompt: str, *, stream: bool = False, **options: "Unpack[ImageKeywords]"
    ) -> "ImageResponse | ItemStream[ImageEvent, ImageResponse]":
        """Make pictures.

        Args:
            model: A model's name.
            prompt: What they show.
            stream: Whether to return an iterator of events: coarse pictures first (`partial_images`), then the last.
            **options: OpenAI's parameters (`n`, `size`, `quality` …), and the routing options.

        Raises:
            GenAIError: As `completion`.

        Examples:
            >>> made = client.image_generation("gpt-image-1", "a red bridge at dawn", size="1024x1024")
            >>> with open("bridge.png", "wb") as file:
            ...     file.write(made.data[0].content)
        """
        started = self._clock.now()
        refuse_at_exit()
        from genai_sdk.client.operation_arguments import read_image
        from genai_sdk.wires.operations import IMAGE_GENERATION

        stream = read_stream(stream)
        arguments = read_image(model, prompt, options, stream=stream)
        return (self._stream_items if stream else self._run)(IMAGE_GENERATION, arguments, started)

    @overload
    async def aimage_generation(
        self, model: str, prompt: str, *, stream: Literal[False] = False, **options: "Unpack[ImageKeywords]"
    ) -> "ImageResponse": ...
    @overload
    async def aimage_generation(
        self, model: str, prompt: str, *, stream: Literal[True], **options: "Unpack[ImageKeywords]"
    ) -> "AsyncItemStream[ImageEvent, ImageResponse]": ...
    async def aimage_generation(
        self, model: str, prompt: str, *, stream: bool = False, **options: "Unpack[ImageKeywords]"
    ) -> "ImageResponse | AsyncItemStream[ImageEvent, ImageResponse]":
        """Make pictures; the twin of `image_generation`.

        Examples:
            >>> (await client.aimage_generation("gpt-image-1", "a red bridge at dawn")).data[0].content
        """
        started = self._clock.now()
        refuse_at_exit()
        from genai_sdk.client.operation_arguments import read_image
        from genai_sdk.wires.operations import IMAGE_GENERATION

        stream = read_stream(stream)
        arguments = read_image(model, prompt, options, stream=stream)
        return await (self._astream_items if stream else self._arun)(IMAGE_GENERATION, arguments, started)

    @overload
    def image_edit(
        self,
        model: str,
        image: "FileInput | list[FileInput]",
        prompt: str,
        *,
        mask: "FileInput | None" = None,
        stream: Literal[False] = False,
        **options: "Unpack[ImageEditKeywords]",
    ) -> "ImageResponse": ...
    @overload
    def image_edit(
        self,
        model: str,
        image: "FileInput | list[FileInput]",
        prompt: str,
        *,
        mask: "FileInput | None" = None,
        stream: Literal[True],
        **options: "Unpack[ImageEditKeywords]",
    ) -> "ItemStream[ImageEvent, ImageResponse]": ...
    def image_edit(
        self,
        model: str,
        image: "FileInput | list[FileInput]",
        prompt: str,
        *,
        mask: "FileInput | None" = None,
        stream: bool = False,
        **options: "Unpack[ImageEditKeywords]",
    ) -> "ImageResponse | ItemStream[ImageEvent, ImageResponse]":
        """Change pictures, or make one of several.

        Args:
            model: A model's name.
            image: A picture or several: paths, bytes, files opened with "rb", or (name, content).
            prompt: What the new one shows.
            mask: A picture whose clear parts say where the first may be changed.
            stream: Whether to return an iterator of events, as `image_generation` does.
            **options: OpenAI's parameters, and the routing options.

        Raises:
            GenAIError: As `completion`.

        Examples:
            >>> client.image_edit("gpt-image-1", "bridge.png", "the same bridge at night").data[0].content
        """
        started = self._clock.now()
        refuse_at_exit()
        from genai_sdk.client.operation_arguments import read_image_edit
        from genai_sdk.wires.operations import IMAGE_EDIT

        stream = read_stream(stream)
        arguments = read_image_edit(model, image, prompt, mask, options, stream=stream)
        return (self._stream_items if stream else self._run)(IMAGE_EDIT, arguments, started)

    @overload
    async def aimage_edit(
        self,
        model: str,
        image: "FileInput | list[FileInput]",
        prompt: str,
        *,
        mask: "FileInput | None" = None,
        stream: Literal[False] = False,
        **options: "Unpack[ImageEditKeywords]",
    ) -> "ImageResponse": ...
    @overload
    async def aimage_edit(
        self,
        model: str,
        image: "FileInput | list[FileInput]",
        prompt: str,
        *,
        mask: "FileInput | None" = None,
        stream: Literal[True],
        **options: "Unpack[ImageEditKeywords]",
    ) -> "AsyncItemStream[ImageEvent, ImageResponse]": ...
    async def aimage_edit(
        self,
        model: str,
        image: "FileInput | list[FileInput]",
        prompt: str,
        *,
        mask: "FileInput | None" = None,
        stream: bool = False,
        **options: "Unpack[ImageEditKeywords]",
    ) -> "ImageResponse | AsyncItemStream[ImageEvent, ImageResponse]":
        """Change pictures; the twin of `image_edit`. Files are read on another thread.

        Examples:
            >>> await client.aimage_edit("gpt-image-1", "bridge.png", "the same bridge at night")
        """
        started = self._clock.now()
        refuse_at_exit()
        from genai_sdk.client.operation_arguments import read_image_edit
        from genai_sdk.wires.operations import IMAGE_EDIT

        stream = read_stream(stream)
        arguments = await on_thread(read_image_edit, model, image, prompt, mask, options, stream=stream)
        return await (self._astream_items if stream else self._arun)(IMAGE_EDIT, arguments, started)
