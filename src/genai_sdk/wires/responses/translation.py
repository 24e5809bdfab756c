"""Responses on a wire that has none: put as chat, and back, in the form of the Open Responses specification."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from genai_sdk.catalogue.native_parameters import RESPONSES_PARAMETERS
from genai_sdk.types import ChatCompletion
from genai_sdk.types.responses import ResponsesEvent, ResponsesResponse
from genai_sdk.wires.as_chat import ChatTranslation
from genai_sdk.wires.batch import EventBatch
from genai_sdk.wires.ids import id_part
from genai_sdk.wires.responses.answer import response_of
from genai_sdk.wires.responses.assembly import whole_as_events
from genai_sdk.wires.responses.call import ResponsesRequest
from genai_sdk.wires.responses.conversation import messages_of
from genai_sdk.wires.responses.events import ChatEvents
from genai_sdk.wires.responses.request import chat_options, refused_by_chat
from genai_sdk.wires.values import plain


class TranslatedResponses(ChatTranslation[ResponsesRequest, ResponsesResponse, ResponsesEvent]):
    """https://www.openresponses.org/specification: items with ids, events with sequence numbers, on any wire."""

    # Of most of them some values can be said in chat, and some not.
    conditional = RESPONSES_PARAMETERS.keys()
    said = MappingProxyType({"instructions": "the system's message"})

    def lacking(self, given: Mapping[str, Any]) -> Mapping[str, str]:
        """Return the parameters that only a vendor with this API has a place for."""
        return refused_by_chat(given)

    def put(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return parameters as chat's."""
        return chat_options(given)

    def messages(self, request: ResponsesRequest) -> Sequence[Mapping[str, Any]]:
        """Return the items as messages."""
        return messages_of(plain(request.input), request.options.get("instructions"))

    def translated(self, completion: ChatCompletion) -> ResponsesResponse | None:
        """Return an answer as a response."""
        return response_of(completion, id_part(completion.id), self.request.options)

    def maker(self) -> ChatEvents:
        """Return what makes the events of one stream."""
        return ChatEvents(id_part(""), self.request.options)

    def chunks(self, response: ResponsesResponse) -> Sequence[EventBatch[ResponsesEvent]]:
        """Return a whole response as a stream gives it."""
        return whole_as_events(response)
