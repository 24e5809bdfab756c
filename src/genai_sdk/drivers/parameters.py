"""What becomes of a call's parameters on a deployment, before anything is sent: worked out once for each set of names.

What a wire lacks and where it puts the rest are its codec's own rows (`Codec.lacks`, `conditional`, `places`), what a
model refuses stands in the catalogue's table. Where a value decides, a request with a short text is encoded, and what
the codec says of it counts: so nothing here can say other than what the call itself would meet.
"""

from collections.abc import Mapping, Sequence, Set
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

from genai_sdk.catalogue import ADAPTERS, facts_of, table_date, wire_of
from genai_sdk.catalogue.endpoints import openai_area
from genai_sdk.drivers.driver import Deployment
from genai_sdk.drivers.route import endpoint_of, load_wire
from genai_sdk.types import Parameters
from genai_sdk.wires.operation import Operation
from genai_sdk.wires.unsupported import JSON_OBJECT, NOTHING, WITH_MODEL, UnsupportedError, unsupported
from genai_sdk.wires.wire import Codec, HttpRequest, UnencodableError

V = TypeVar("V")

_REMEMBERED = 256

_SAMPLES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "chat": {"messages": [{"role": "user", "content": "-"}], "encoded": None},
        "embedding": {"input": "-", "encoded": None},
        "image_edit": {"prompt": "-", "images": (), "mask": None},
        "image_generation": {"prompt": "-"},
        "messages": {"messages": [{"role": "user", "content": "-"}], "encoded": None},
        "rerank": {"query": "-", "documents": ("-",)},
        "responses": {"input": "-", "encoded": None},
        "speech": {"input": "-"},
        "text_completion": {"prompt": "-"},
    }
)
"""What else is in a request that is encoded for its parameters alone, by operation; of the others no value decides."""

# What a request may hold in a shape that its codec does not expect: the call itself meets it, and says so.
_OTHER = (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError, UnencodableError)

# The words of `ModelFacts.refuses`, and what each keeps a call from asking; all but these values are refused.
_SAMPLING = ("temperature", "top_p", "top_k")
_HARMLESS: Mapping[str, tuple[Any, ...]] = MappingProxyType(
    {"temperature": (1,), "top_p": (1,), "top_k": (), "tool_choice": ("auto", "none")}
)
_REFUSALS: Mapping[str, tuple[str, ...]] = MappingProxyType({"sampling": _SAMPLING, "forced_tools": ("tool_choice",)})


def refused_by_model(deployment: Deployment) -> Set[str]:
    """Return the parameters that a deployment's model refuses, as the catalogue's table has it.

    Nothing is known of a server that is not the vendor's, whatever it calls its models.
    """
    view = deployment.connection.view
    if ADAPTERS[view.adapter].foreign_with_base_url and view.base_url and openai_area(view.base_url) is None:
        return frozenset()
    facts = facts_of(view.adapter, deployment.model, region=view.region)
    words = facts.refuses if facts is not None else ()
    return frozenset(name for word in words for name in _REFUSALS.get(word, ()))


class ParameterRules:
    """What one operation takes on one deployment.

    Args:
        operation: What is asked.
        codec: How it goes there.
        by_model: The parameters that the model refuses.
        memo: Where that is kept of which no value decides, by operation, model and names: the router looks there first.
    """

    def __init__(
        self,
        operation: Operation[Any, Any, Any],
        codec: Codec[Any, Any, Any],
        by_model: Set[str],
        memo: dict[Any, Any] | None = None,
    ) -> None:
        self._memo = {} if memo is None else memo
        self._codec = codec
        self._operation = operation
        self._by_model = by_model
        forms = {"response_format"} if JSON_OBJECT in codec.lacks else set()
        self._suspects = frozenset({*codec.lacks, *codec.conditional, *by_model, *forms, "stream_options"})
        self._deciding: dict[Set[str], tuple[str, ...]] = {}
        self._known: dict[Any, Parameters] = {}

    def read(self, request: Any, options: Mapping[str, Any], *, stream: bool) -> Parameters:
        """Return what becomes of a request's parameters.

        Args:
            request: The request.
            options: Its parameters.
            stream: Whether a stream is wanted.
        """
        names = frozenset(options)
        deciding = self._deciding.get(names)
        if deciding is None:
            deciding = self._remember(self._deciding, names, self._decide(names))
        if not deciding:
            parameters = self._sorted(options, NOTHING, ())
            if len(self._memo) < _REMEMBERED:
                self._memo[self._operation.name, self._codec.endpoint.model, names] = parameters
            return parameters
        key = (names, stream, not options.get("tools"), *map(options.get, deciding))
        try:
            known = self._known.get(key)
        except TypeError:  # a value that is no key
            return self._worked_out(request, options, deciding, stream=stream)
        if known is None:
            worked_out = self._worked_out(request, options, deciding, stream=stream)
            known = self._remember(self._known, key, worked_out)
        return known

    def _decide(self, names: Set[str]) -> tuple[str, ...]:
        """Return the parameters among some of which the values decide."""
        lonely = {"tool_choice"} if "tool_choice" in names and "tools" not in names else set()
        return tuple(sorted((names & self._suspects) | lonely))

    def _remember(self, memory: dict[Any, V], key: Any, value: V) -> V:
        if len(memory) >= _REMEMBERED:
            memory.clear()
        memory[key] = value
        return value

    def _worked_out(
        self, request: Any, options: Mapping[str, Any], deciding: Sequence[str], *, stream: bool
    ) -> Parameters:
        by_model = {name: options[name] for name in deciding if name in self._by_model}
        needless = {name for name, item in by_model.items() if _word_of(item) in _HARMLESS[name]}
        why = f"{WITH_MODEL}, says the table of {table_date()}"
        refused = {name: why for name in by_model if name not in needless}
        refused = {**self._codec.unsupported(request), **refused}
        left = {name: item for name, item in options.items() if name not in refused and name not in needless}
        body = None
        if self._operation.name in _SAMPLES:
            body = self._encoded(request, left, refused, stream=stream)
        if body is not None:
            needless |= {name for name in deciding if name in left and self._is_needless(request, left, name, body)}
        return self._sorted(options, refused, needless)

    def _encoded(
        self, request: Any, options: dict[str, Any], refused: dict[str, str], *, stream: bool
    ) -> HttpRequest | None:
        """Encode a request without what its codec refuses, which is taken out of the options."""
        while True:
            try:
                return self._codec.encode(self._sample(request, options), stream=stream)
            except UnsupportedError as error:
                here = {name: why for name, why in error.refused.items() if options.pop(name, None) is not None}
            except _OTHER:
                return None
            if not here:
                return None
            refused.update(here)

    def _is_needless(self, request: Any, options: Mapping[str, Any], name: str, body: HttpRequest) -> bool:
        rest = {key: item for key, item in options.items() if key != name}
        return self._encoded(request, rest, {}, stream=body.streams) == body

    def _sample(self, request: Any, options: Mapping[str, Any]) -> Any:
        return msgspec.structs.replace(request, options=options, **_SAMPLES[self._operation.name])

    def _sorted(
        self, options: Mapping[str, Any], refused: Mapping[str, str], needless: Set[str] | tuple[()]
    ) -> Parameters:
        left = [name for name in options if name not in refused and name not in needless]
        places = {name: self._codec.place(name, options[name]) for name in left}
        return Parameters(
            sent=tuple(name for name, place in places.items() if place == ""),
            translated={name: place for name, place in places.items() if place},
            omitted=tuple(name for name in options if name in needless or places.get(name, "") is None),
            refused=dict(refused),
        )


def _word_of(item: Any) -> Any:
    """Return a value, or what it is called where it is a choice of tools in Anthropic's form."""
    return item.get("type") if isinstance(item, Mapping) else item


def rules_of(operation: Operation[Any, Any, Any], deployment: Deployment) -> ParameterRules | None:
    """Return what an operation takes on a deployment; None where no wire of ours can carry it.

    Raises:
        ConfigurationError: The connection lacks what its adapter needs.
    """
    name = wire_of(deployment.connection.view.adapter, deployment.model)
    if not name:
        return None
    codec = load_wire(name).codec(operation, endpoint_of(deployment))
    return (
        None
        if codec is None
        else ParameterRules(operation, codec, refused_by_model(deployment), deployment.connection.memo)
    )


def translated_by_litellm(deployment: Deployment, lacks: Set[str], options: Mapping[str, Any]) -> Parameters:
    """Return what becomes of parameters that litellm puts into a vendor's words; where they go only litellm knows."""
    why = f"{WITH_MODEL}, says the table of {table_date()}"
    names = [name for name in options if name in _HARMLESS and options[name] not in _HARMLESS[name]]
    by_model = refused_by_model(deployment) if names else frozenset()
    refused = {**unsupported(lacks, options), **{name: why for name in names if name in by_model}}
    return Parameters(translated={name: "LiteLLM says it" for name in options if name not in refused}, refused=refused)
