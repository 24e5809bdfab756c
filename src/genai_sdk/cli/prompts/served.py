"""Who would serve what a prompt's config names: asks the connections, and no provider."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from genai_sdk.catalogue import CHAT_PARAMETERS, ModelFacts, facts_of
from genai_sdk.cli.prompts.config import Problem
from genai_sdk.client import GenAIClient
from genai_sdk.errors import AccessDeniedError, GenAIError, SourceUnavailableError
from genai_sdk.routing import CALL_OPTIONS


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
        taken = CHAT_PARAMETERS.keys() | CALL_OPTIONS
        options = {name: value for name, value in config.items() if name in taken and value is not None}
        try:
            plan = self._client.explain(model, operation="completion", **options)
        except (SourceUnavailableError, AccessDeniedError):
            raise
        except GenAIError as error:
            yield "error", f"config.model: {error}"
            return
        for stand_in in plan.fallbacks:
            if stand_in.reason:
                yield "error", f"config: the fallback {stand_in.target!r} leads nowhere: {stand_in.reason}"
        groups = [(plan.candidates, plan.ends), *((each.candidates, each.ends) for each in plan.fallbacks)]
        names = dict.fromkeys(f"{one.connection}/{one.model}" for candidates, _ in groups for one in candidates)
        refusing = [name for name in names if (fate := plan.parameters.get(name)) is not None and fate.refused]
        for name in names:
            fate = plan.parameters.get(name)
            if fate is not None and (fate.refused or fate.dropped):
                # Whoever refuses is passed over, which matters little as long as another is left.
                yield "error" if len(refusing) == len(names) else "warning", f"{name}: {fate}"
        for candidates, ends in groups:
            for one in candidates:
                if one.connection in ends:
                    yield "warning", f"{one.connection}/{one.model}: its vendor ends it on {ends[one.connection]}"

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
