"""Messages on a wire that has none: put as chat, and back."""

from collections.abc import Mapping, Sequence
from typing import Any

from genai_sdk.types import ChatCompletion
from genai_sdk.types.messages import MessagesEvent, MessagesResponse
from genai_sdk.wires.as_chat import ChatTranslation
from genai_sdk.wires.batch import EventBatch
from genai_sdk.wires.ids import id_part
from genai_sdk.wires.messages.answer import message_of
from genai_sdk.wires.messages.assembly import whole_as_events
from genai_sdk.wires.messages.call import MessagesRequest
from genai_sdk.wires.messages.conversation import messages_of
from genai_sdk.wires.messages.events import ChatEvents
from genai_sdk.wires.messages.request import chat_options, unsupported_names
from genai_sdk.wires.values import plain


class TranslatedMessages(ChatTranslation[MessagesRequest, MessagesResponse, MessagesEvent]):
    """Anthropic's blocks and events on any wire."""

    def lacking(self, request: MessagesRequest) -> Sequence[str]:
        """Return the parameters that only Anthropic has a place for."""
        return unsupported_names(request.options)

    def options(self, request: MessagesRequest) -> dict[str, Any]:
        """Return the parameters as chat's."""
        return chat_options(request.options, request.max_tokens)

    def messages(self, request: MessagesRequest) -> Sequence[Mapping[str, Any]]:
        """Return the conversation as chat's."""
        return messages_of(plain(request.messages), plain(request.options.get("system")))

    def translated(self, completion: ChatCompletion) -> MessagesResponse | None:
        """Return an answer as a message."""
        return message_of(completion, id_part(completion.id))

    def maker(self) -> ChatEvents:
        """Return what makes the events of one stream."""
        return ChatEvents(id_part(""))

    def chunks(self, response: MessagesResponse) -> Sequence[EventBatch[MessagesEvent]]:
        """Return a whole message as a stream gives it."""
        return whole_as_events(response)
