"""The plan of a call: who would serve it, and what would become of its parameters there."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, get_args

import msgspec

from genai_sdk.client.native_parameters import read_messages, read_responses
from genai_sdk.client.operation_arguments import (
    read_image,
    read_image_edit,
    read_moderation,
    read_rerank,
    read_speech,
    read_text,
    read_transcription,
)
from genai_sdk.client.parameters import Arguments, read_chat, read_embedding, read_stream
from genai_sdk.client.trial import makes_vectors
from genai_sdk.drivers.driver import Driver
from genai_sdk.drivers.factory import DriverName, uses_litellm
from genai_sdk.errors import InvalidRequestError
from genai_sdk.routing import CALL_OPTIONS, Planner, RoutingOptions, read_call_options
from genai_sdk.routing.capable import CapablePlanner
from genai_sdk.routing.explain import Plan, explain, planned_parameters
from genai_sdk.sentence import Sentence
from genai_sdk.tracing import LABELS
from genai_sdk.wires import operations
from genai_sdk.wires.messages.operation import MESSAGES
from genai_sdk.wires.operation import CHAT, EMBEDDING, Operation
from genai_sdk.wires.responses.operation import RESPONSES

if TYPE_CHECKING:
    from genai_sdk.models import Candidate

OperationName = Literal[
    "completion",
    "responses",
    "messages",
    "text_completion",
    "embedding",
    "image_generation",
    "image_edit",
    "speech",
    "transcription",
    "rerank",
    "moderation",
]
"""What a plan can be of, by the names of the client's methods."""

OPERATIONS: tuple[OperationName, ...] = get_args(OperationName)

_HELLO = ({"role": "user", "content": "-"},)
_TOKENS = 1_024
_SOUND, _PICTURE = ("sound.wav", b"-"), ("picture.png", b"-")


def _read_messages(model: Any, keywords: Mapping[str, Any], _stream: bool) -> Arguments[Any]:
    others = {name: item for name, item in keywords.items() if name != "max_tokens"}
    return read_messages(model, _HELLO, keywords.get("max_tokens", _TOKENS), others)


def _read_edit(model: Any, keywords: Mapping[str, Any], stream: bool) -> Arguments[Any]:
    # That there is a mask decides, and not what it shows: nothing is read.
    others = {name: item for name, item in keywords.items() if name != "mask"}
    mask = None if keywords.get("mask") is None else ("mask.png", b"-")
    return read_image_edit(model, _PICTURE, "-", mask, others, stream=stream)


# What reads a call's parameters reads a plan's, with the least that a call can be asked with.
_CALLS: Mapping[str, tuple[Operation[Any, Any, Any], Callable[[Any, Mapping[str, Any], bool], Arguments[Any]]]] = {
    "completion": (CHAT, lambda model, keywords, _: read_chat(model, list(_HELLO), keywords)),
    "responses": (RESPONSES, lambda model, keywords, _: read_responses(model, "-", keywords)),
    "messages": (MESSAGES, _read_messages),
    "text_completion": (operations.TEXT_COMPLETION, lambda model, keywords, _: read_text(model, "-", keywords)),
    "embedding": (EMBEDDING, lambda model, keywords, _: read_embedding(model, "-", keywords)),
    "image_generation": (
        operations.IMAGE_GENERATION,
        lambda model, keywords, stream: read_image(model, "-", keywords, stream=stream),
    ),
    "image_edit": (operations.IMAGE_EDIT, _read_edit),
    "speech": (operations.SPEECH, lambda model, keywords, stream: read_speech(model, "-", keywords, stream=stream)),
    "transcription": (
        operations.TRANSCRIPTION,
        lambda model, keywords, _: read_transcription(model, _SOUND, keywords),
    ),
    "rerank": (operations.RERANK, lambda model, keywords, _: read_rerank(model, "-", ["-"], keywords)),
    "moderation": (operations.MODERATION, lambda model, keywords, _: read_moderation(model, "-", keywords)),
}
_NEVER_STREAMED = frozenset(name for name, (operation, _) in _CALLS.items() if operation.chunk is type(None))


class PlannedCall(msgspec.Struct, frozen=True):
    """A call that is only planned.

    Attributes:
        model: The name to ask for.
        operation: What for; None where the models decide.
        stream: Whether a stream is wanted.
        keywords: Its parameters and routing options.
    """

    model: str
    operation: str | None
    stream: bool
    keywords: Mapping[str, Any]

    @property
    def routing(self) -> Mapping[str, Any]:
        """Its routing options, as given."""
        return {name: item for name, item in self.keywords.items() if name in CALL_OPTIONS}

    def arguments(self, operation: str) -> Arguments[Any]:
        """Return its arguments as those of an operation; raises as that does."""
        return _CALLS[operation][1](self.model, self.keywords, self.stream)


def read_planned_call(model: Any, operation: Any, stream: Any, keywords: Mapping[str, Any]) -> PlannedCall:
    """Read what is to be planned.

    Raises:
        InvalidRequestError: There is no such operation, it does not take what is given, or it is to be recorded.
    """
    if operation is not None and operation not in OPERATIONS:
        raise InvalidRequestError(
            Sentence.of(
                "explain.operation",
                "operation must be one of {names}, not {operation}",
                names=", ".join(OPERATIONS),
                operation=format(repr(operation), ".80"),
            )
        )
    if labels := LABELS & keywords.keys():
        raise InvalidRequestError(
            Sentence.of("explain.labels", "explain records nothing: leave {names} out", names=", ".join(sorted(labels)))
        )
    call = PlannedCall(model, operation, read_stream(stream), keywords)
    if call.stream and operation in _NEVER_STREAMED:
        raise InvalidRequestError(
            Sentence.of("explain.no_stream", "{operation} has no streams: leave stream out", operation=operation)
        )
    if operation is not None:
        call.arguments(operation)  # what is wrong with it is said before anybody is looked for
    return call


def plan_of(
    planner: Planner, call: PlannedCall, defaults: RoutingOptions, driver: Driver, driver_name: DriverName
) -> Plan:
    """Return what a call would do.

    Args:
        planner: Who there is.
        call: The call.
        defaults: The client's routing options.
        driver: What would carry it.
        driver_name: What that is called.

    Raises:
        InvalidRequestError: Nobody who serves the model has the operation, or that does not take what is given.
        UnknownModelError: No connection serves the model.
        ConfigurationError: The connection that would serve it is missing or broken.
    """
    options = read_call_options(call.routing, defaults)
    name = call.operation or _usual(planner, call.model, options)
    operation, request = _CALLS[name][0], call.arguments(name).request
    able = planner if operation is CHAT else CapablePlanner(planner, operation, driver.serves)

    def through(one: "Candidate") -> bool:
        return uses_litellm(driver_name, operation, planner.deployment(one).connection.view, one.model)

    plan = explain(able, call.model, options, date.today(), through, name)
    if not operation.options(request):
        return plan
    streaming = call.stream or (operation is CHAT and "stream_options" in request.options)
    return planned_parameters(plan, able, driver, operation, request, streaming=streaming)


def _usual(planner: Planner, model: str, options: RoutingOptions) -> str:
    """Return what a model is asked for where nobody says so: vectors by the models whose names say that they embed."""
    first = planner.group(model, options).deployments[:1]
    return "embedding" if any(makes_vectors(each.model) for each in first) else "completion"
