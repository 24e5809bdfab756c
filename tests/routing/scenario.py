"""A call played through the attempt loop on paper: scripted outcomes, a clock that only waits move."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from genai_sdk import errors
from genai_sdk.connections import Connection, ConnectionSet, Credentials, RefetchResult, Secret
from genai_sdk.errors import GenAIError, ProviderError
from genai_sdk.routing.attempts import Call
from genai_sdk.routing.health import Health
from genai_sdk.routing.options import RoutingOptions, read_call_options, read_router_args
from genai_sdk.routing.plan import Planner
from genai_sdk.routing.steps import Deliver, Refetch, Try, Wait
from genai_sdk.types import ConnectionView

BIRTH = datetime(2026, 1, 1, tzinfo=UTC)


class PaperClock:
    """Time that stands still until it is told to move; chance is always one half."""

    def __init__(self) -> None:
        self.time = 1000.0

    def now(self) -> float:
        return self.time

    def chance(self) -> float:
        return 0.5


def connection(name: str, *models: str, key: str = "secret", age: int = 0, **view: Any) -> Connection:
    """Return a connection of an OpenAI-compatible server with the given models."""
    facts = {"adapter": "openai", "base_url": "http://127.0.0.1:9/v1", "with_default_models": False, **view}
    when = BIRTH + timedelta(seconds=age)
    shown = ConnectionView(name=name, custom_models=models, created_at=when, updated_at=when, **facts)
    return Connection(shown, Credentials("api_key", {"key": Secret(key)}))


def fail(kind: str | int, **facts: Any) -> ProviderError:
    """Return a failure by HTTP status or by the error's name."""
    statuses: Mapping[int, type[ProviderError]] = {
        400: errors.BadRequestError,
        401: errors.AuthenticationError,
        403: errors.PermissionDeniedError,
        404: errors.ModelNotFoundError,
        429: errors.RateLimitError,
        500: errors.ProviderUnavailableError,
        503: errors.ProviderUnavailableError,
    }
    if isinstance(kind, int):
        return statuses[kind](f"status {kind}", status_code=kind, **facts)
    return getattr(errors, kind)(kind, **facts)


class Scenario:
    """Connections, options and scripted outcomes; `play` returns what the loop did, as short phrases.

    Args:
        connections: Who there is, in connection order.
        router_args: The client's routing options.
        latency: Seconds that every attempt takes.
        flow: Seconds that every delivered stream takes.
    """

    def __init__(
        self,
        connections: Sequence[Connection],
        *,
        latency: float = 0.0,
        flow: float = 0.0,
        listed: Sequence[str] | None = None,
        **router_args: Any,
    ) -> None:
        self.clock = PaperClock()
        self.health = Health()
        self.options = read_router_args(router_args, RoutingOptions())
        self.planner = Planner(ConnectionSet(None, tuple(connections)), listed)
        self.latency = latency
        self.flow = flow
        self.renewals: dict[str, list[Connection | float]] = {}
        self.call: Call | None = None

    def play(
        self,
        model: str,
        outcomes: Mapping[str, Sequence[object]],
        *,
        streams: Sequence[ProviderError | None] | None = None,
        **options: Any,
    ) -> list[str]:
        """Run a call of `model`.

        `renewals` are what refetches bring, in order: another key, or the seconds after which asking again may help.
        `outcomes` are the results by connection or connection/model, "ok" once they run out; `streams` are how the
        delivered streams end, in order: None for well.
        """
        read = read_call_options(options, self.options)
        self.call = Call(
            self.planner,
            self.planner.group(model, read),
            read,
            self.health,
            self.clock,  # type: ignore[arg-type]
            started=self.clock.now(),
            streaming=streams is not None,
        )
        script = {name: list(results) for name, results in outcomes.items()}
        endings = list(streams or ())
        done: list[str] = []
        steps = self.call.steps()
        answer: object = None
        try:
            while True:
                step = steps.send(answer)
                answer = self._answer(step, script, endings, done)
        except StopIteration:
            done.append("answered")
        except GenAIError as error:
            done.append(type(error).__name__)
            self.error = error
        return done

    def _answer(self, step: object, script: dict[str, list[object]], endings: list[Any], done: list[str]) -> object:
        if isinstance(step, Wait):
            done.append(f"wait {step.seconds:g}")
            self.clock.time += step.seconds
            return None
        if isinstance(step, Refetch):
            done.append(f"refetch {step.connection.name}")
            renewals = self.renewals.get(step.connection.name)
            brought = renewals.pop(0) if renewals else None
            return RefetchResult(again_in=brought) if isinstance(brought, float) else RefetchResult(brought)
        if isinstance(step, Deliver):
            done.append("deliver")
            self.clock.time += self.flow
            return endings.pop(0)
        assert isinstance(step, Try)
        name, model = step.deployment.key
        many = len({key for key in script if key.startswith(f"{name}/")}) > 0
        done.append(f"try {name}/{model}" if many else f"try {name}")
        self.clock.time += min(self.latency, step.timeout)
        results = script.get(f"{name}/{model}", script.get(name, []))
        return results.pop(0) if results else "ok"
