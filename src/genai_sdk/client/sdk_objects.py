"""The objects of vendors' own SDKs that a client hands out: their calls are this client's."""

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:  # loaded by the methods that return them
    from genai_sdk.gateway.anthropic_sdk import anthropic
    from genai_sdk.gateway.openai import AsyncOpenAI, OpenAI
    from genai_sdk.gateway.openai.application import Client


class SdkObjects:
    """The methods that make them; for a client, which has the calls."""

    def as_openai(self) -> "OpenAI":
        """Return OpenAI's own `openai.OpenAI` (2.x or 3.x, as installed) whose calls this client makes, in the process.

        For whatever wants such an object: chat, responses, streams, `parse`, tools, embeddings, completions,
        moderations, images, audio, models, files and batches work on it; all else raises `openai.NotFoundError`. Our
        keywords go into `extra_body={"genai": {…}}`, what is known of the call is `completion.genai`, and an error's
        `__cause__` is ours. Closing it leaves this client open. See `genai docs integrations/openai`.

        Raises:
            ConfigurationError: openai is not installed.

        Examples:
            >>> messages = [{"role": "user", "content": "Hello!"}]
            >>> client.as_openai().chat.completions.create(model="gpt-6-luna", messages=messages)
        """
        from genai_sdk.gateway.openai import make_openai

        return make_openai(_client(self))

    def as_async_openai(self) -> "AsyncOpenAI":
        """Return OpenAI's own `openai.AsyncOpenAI` whose calls this client makes; the twin of `as_openai`.

        It is made without waiting for anything.

        Raises:
            ConfigurationError: openai is not installed.

        Examples:
            >>> messages = [{"role": "user", "content": "Hello!"}]
            >>> await client.as_async_openai().chat.completions.create(model="gpt-6-luna", messages=messages)
        """
        from genai_sdk.gateway.openai import make_async_openai

        return make_async_openai(_client(self))

    def as_anthropic(self) -> "anthropic.Anthropic":
        """Return Anthropic's own `anthropic.Anthropic` (2.x) whose calls this client makes, in the process.

        For whatever wants such an object: messages, whole and streamed, and models work on it, with Claude and with
        every other model; all else raises `anthropic.NotFoundError`. Our keywords go into
        `extra_body={"genai": {…}}`. See `genai docs integrations/anthropic`.

        Raises:
            ConfigurationError: anthropic is not installed.

        Examples:
            >>> messages = [{"role": "user", "content": "Hello!"}]
            >>> client.as_anthropic().messages.create(model="claude-sonnet-5", messages=messages, max_tokens=200)
        """
        from genai_sdk.gateway.anthropic_sdk import make_anthropic

        return make_anthropic(_client(self))

    def as_async_anthropic(self) -> "anthropic.AsyncAnthropic":
        """Return Anthropic's own `anthropic.AsyncAnthropic` whose calls this client makes; see `as_anthropic`.

        Raises:
            ConfigurationError: anthropic is not installed.

        Examples:
            >>> messages = [{"role": "user", "content": "Hello!"}]
            >>> sdk = client.as_async_anthropic()
            >>> await sdk.messages.create(model="claude-sonnet-5", messages=messages, max_tokens=200)
        """
        from genai_sdk.gateway.anthropic_sdk import make_async_anthropic

        return make_async_anthropic(_client(self))


def _client(objects: SdkObjects) -> "Client":
    return cast("Client", objects)
