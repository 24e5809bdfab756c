"""A call's parameters on each deployment that it is tried on: what goes out, and who is passed over because of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import msgspec

from genai_sdk.drivers.driver import Deployment, Driver
from genai_sdk.drivers.failures import unsupported
from genai_sdk.errors import ConfigurationError, InvalidRequestError, ProviderError
from genai_sdk.routing.plan import FallbackSource
from genai_sdk.sentence import Sentence
from genai_sdk.types import Attempt, Parameters
from genai_sdk.wires.operation import Operation, Q

_NAMED = 5
"""Deployments that an error names."""
_ASKED = 500
"""Deployments that are looked at for those."""
_MARKS: Mapping[str, tuple[str, bool]] = {
    "chat": (r"embed|dall-e|image|tts|whisper|transcri|audio|realtime|moderation|rerank|imagen|veo|sora", False),
    "embedding": (r"embed", True),
}
"""What a name has in it, or has not, of a model that does an operation: https://platform.openai.com/docs/models."""

# What says nothing without another parameter, so that it is dropped with it.
_NEEDS: Mapping[str, str] = {"tool_choice": "tools", "parallel_tool_calls": "tools", "top_logprobs": "logprobs"}


class CallParameters:
    """The parameters of one call.

    Args:
        driver: Says what becomes of them.
        operation: What is asked.
        ledger: What became of them, by connection and model; written to.
        streaming: Whether a stream is wanted.
        drop: Whether an attempt goes on without what its deployment does not take.
    """

    def __init__(
        self,
        driver: Driver,
        operation: Operation[Any, Any, Any],
        ledger: dict[tuple[str, str], Parameters],
        *,
        streaming: bool,
        drop: bool,
    ) -> None:
        self._ledger = ledger
        self._driver = driver
        self._operation = operation
        self._streaming = streaming
        self._drop = drop
        self._request: Any = None

    def fitted(self, deployment: Deployment, request: Q) -> Q:
        """Return the request as it can go to a deployment.

        Raises:
            UnsupportedParameterError: The deployment does not take a parameter, and it is not to be dropped.
        """
        self._request = request
        parameters = self.on(deployment, request)
        if parameters is None:
            return request
        self._ledger[deployment.key] = parameters
        if parameters.refused:
            raise unsupported(deployment, parameters.refused)
        # What is put as chat repeats in its answer what it was asked with, and leaves out by itself what says nothing.
        omitted = parameters.omitted if self._operation.as_chat is None else ()
        if not parameters.dropped and not omitted:
            return request
        cut: Q = _without(request, self._operation, {*parameters.dropped, *omitted})
        return cut

    def on(self, deployment: Deployment, request: Any) -> Parameters | None:
        """Return what becomes of the parameters on a deployment; None where its own error is to be met."""
        try:
            parameters = self._driver.parameters(self._operation, deployment, request, stream=self._streaming)
        except ConfigurationError:
            return None
        if parameters is None or not parameters.refused or not self._drop:
            return parameters
        options = self._operation.options(request)
        dropped = dict(parameters.refused)
        dropped.update(
            (name, f"without {needed}") for name, needed in _NEEDS.items() if name in options and needed in dropped
        )
        left = self._driver.parameters(
            self._operation, deployment, _without(request, self._operation, dropped), stream=self._streaming
        )
        return msgspec.structs.replace(left or parameters, dropped=dropped, refused={})

    def nobody_takes(
        self, error: ProviderError, name: str, attempts: Sequence[Attempt], planner: FallbackSource
    ) -> InvalidRequestError:
        """Return the error of a call that all its deployments were passed over for.

        Args:
            error: Why the last one was.
            name: The model that was asked for.
            attempts: The call's ledger.
            planner: Knows who else there is.
        """
        refused = {parameter for row in attempts if row.parameters for parameter in row.parameters.refused}
        refused |= set(getattr(error, "refused", ()))
        what = ", ".join(sorted(refused)) or "the call's parameters"
        passed = "; ".join(dict.fromkeys(f"{row.connection}/{row.model}: {_reason(row)}" for row in attempts))
        others = list(self._takers(planner))
        would = f"These would take it: {', '.join(others)}. " if others else "Nobody else here takes it. "
        nobody = InvalidRequestError(
            Sentence.of(
                "parameters.nobody",
                "no deployment of {name!r} takes {what}, and nothing was sent ({passed}). {would}Ask one "
                "that does or name it among fallbacks, leave {what} out, or give drop_params=True to go "
                "on without",
                name=name,
                what=what,
                passed=passed,
                would=would,
            )
        )
        nobody.attempts = tuple(attempts)
        return nobody

    def _takers(self, planner: FallbackSource) -> Iterator[str]:
        """Iterate over a few deployments that take all parameters."""
        seen, named = set(self._ledger), 0
        mark = _MARKS.get(self._operation.name, (r"", True))
        for deployment in islice(planner.listed(), _ASKED):
            if deployment.key in seen or bool(re.search(mark[0], deployment.model)) != mark[1]:
                continue
            seen.add(deployment.key)
            parameters = self.on(deployment, self._request)
            if parameters is not None and not parameters.refused:
                yield "/".join(deployment.key)
                named += 1
            if named == _NAMED:
                return


def _reason(row: Attempt) -> str:
    return (
        str(msgspec.structs.replace(row.parameters, sent=(), translated={}, omitted=()))
        if row.parameters and row.parameters.refused
        else row.detail
    )


def _without(request: Any, operation: Operation[Any, Any, Any], names: Any) -> Any:
    options = operation.options(request)
    return msgspec.structs.replace(request, options={name: item for name, item in options.items() if name not in names})
