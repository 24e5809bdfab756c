"""Messages on a wire that has none: put as chat, and back."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from genai_sdk.catalogue.native_parameters import MESSAGES_PARAMETERS
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
from genai_sdk.wires.messages.request import chat_options, refused_by_chat
from genai_sdk.wires.values import plain


class TranslatedMessages(ChatTranslation[MessagesRequest, MessagesResponse, MessagesEvent]):
    """Anthropic's blocks and events on any wire."""

    # Of most of them some values can be said in chat, and some not.
    conditional = MESSAGES_PARAMETERS.keys()
    said = MappingProxyType({"system": "the system's message"})

    def lacking(self, given: Mapping[str, Any]) -> Mapping[str, str]:
        """Return the parameters that only Anthropic has a place for."""
        return refused_by_chat(given)

    def put(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return parameters as chat's."""
        return chat_options(given)

    def options(self, request: MessagesRequest) -> dict[str, Any]:
        """Return all parameters of a call as chat's."""
        return {"max_tokens": request.max_tokens, **super().options(request)}

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
