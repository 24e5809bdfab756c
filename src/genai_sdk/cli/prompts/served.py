"""Who would serve what a prompt's config names: asks the connections, and no provider."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from genai_sdk.catalogue import CHAT_PARAMETERS, ModelFacts, facts_of
from genai_sdk.cli.prompts.config import Problem
from genai_sdk.client import GenAIClient
from genai_sdk.errors import AccessDeniedError, GenAIError, SourceUnavailableError
from genai_sdk.routing import CALL_OPTIONS

_SAMPLING = ("temperature", "top_p", "top_k")


class Served:
    """Looks up models by the connections of a project; a context manager.

    Args:
        client: The client whose connections count.
    """

    def __init__(self, client: GenAIClient) -> None:
        self._client = client
        self._views = {view.name: view for view in client.connections()}

    def check(self, config: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield which models are not served, end soon, or do not take what the config asks for."""
        model = config.get("model")
        if not isinstance(model, str) or not model:
            return
        options = {name: value for name, value in config.items() if name in CALL_OPTIONS and value is not None}
        try:
            plan = self._client.explain(model, **options)
        except (SourceUnavailableError, AccessDeniedError):
            raise
        except GenAIError as error:
            yield "error", f"config.model: {error}"
            return
        for stand_in in plan.fallbacks:
            if stand_in.reason:
                yield "error", f"config: the fallback {stand_in.target!r} leads nowhere: {stand_in.reason}"
        groups = [(plan.candidates, plan.ends), *((each.candidates, each.ends) for each in plan.fallbacks)]
        for candidates, ends in groups:
            for one in candidates:
                name = f"{one.connection}/{one.model}"
                if one.connection in ends:
                    yield "warning", f"{name}: its vendor ends it on {ends[one.connection]}"
                facts = self.facts(one.connection, one.model)
                if facts is not None:
                    for text in _lacking(facts, config):
                        yield "warning", f"{name} {text}"

    def window(self, config: Any) -> tuple[int, str] | None:
        """Return the smallest window of the models that a config leads to, and whose it is; None if none is known."""
        model = config.get("model") if isinstance(config, Mapping) else None
        if not isinstance(model, str):
            return None
        try:
            candidates: Sequence[Any] = self._client.explain(model).candidates
        except GenAIError:
            return None
        windows = []
        for one in candidates:
            facts = self.facts(one.connection, one.model)
            if facts is not None and facts.window is not None:
                windows.append((facts.window, f"{one.connection}/{one.model}"))
        return min(windows, default=None)

    def facts(self, connection: str, model: str) -> ModelFacts | None:
        """Return what is known of a model of a connection."""
        view = self._views.get(connection)
        return None if view is None else facts_of(view.adapter, model, region=view.region)


def _lacking(facts: ModelFacts, config: Mapping[str, Any]) -> Iterator[str]:
    asked = [name for name in config if name in CHAT_PARAMETERS and config[name] is not None]
    if "sampling" in facts.refuses and (names := [name for name in _SAMPLING if name in asked]):
        yield f"refuses {', '.join(names)}"
    if not facts.takes:
        return
    if "tools" in asked and "tools" not in facts.takes:
        yield "is not known to take tools"
    form = config.get("response_format")
    if isinstance(form, Mapping) and form.get("type") == "json_schema" and "json_schema" not in facts.takes:
        yield "is not known to take a JSON schema"
    if "reasoning_effort" in asked and "reasoning" not in facts.takes:
        yield "is not known to reason"
