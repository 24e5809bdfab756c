"""The week: its providers, its calls through the real client in simulated time, and what becomes of them."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Any, Self

import msgspec

from genai_sdk.client import GenAIClient
from genai_sdk.errors import GenAIError, ProviderError
from genai_sdk.http import BasicAuthEndpoint, Deadline, SyncTransport, TransportSettings
from genai_sdk.secret import Secret
from genai_sdk.testing.call import Call
from genai_sdk.testing.clock import ManualClock
from genai_sdk.testing.provider import FakeProvider
from genai_sdk.testing.steps import Reply, Step
from genai_sdk.testing.week.scene import APPLICATIONS, FAULTS, PROMPTS, PROVIDERS, ROUTER_ARGS, SENTENCES
from genai_sdk.testing.week.traffic import PlannedCall, traffic

DAYS = 7
_BUSY = range(14, 19)
"""In these hours of a day everybody answers more slowly."""
_SLOWER = 1.5
_OPERATIONS = ("chat", "embedding")


class PlayedWeek(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the calls.

    Attributes:
        calls: How many were made.
        lost: How many raised, by the error's name.
        requests: How many requests each provider got.
    """

    calls: int
    lost: Mapping[str, int]
    requests: Mapping[str, int]


class Week:
    """A week of traffic of a small company that sells tea; a context manager, in which its providers answer.

    Five connections behind one client (two regions of Azure, Bedrock, Anthropic, Google), three prompts with versions,
    five applications, twenty users. Regions fail, refuse and dawdle, calls fall back, some are lost, and models that
    end soon are in use. All goes over real HTTP; only time is simulated. The same seed plays the same week, but for
    the ids of its traces.

    Args:
        host: A Langfuse of which the key pair is, that hands out connections too: a `FakeLangfuse`, the local platform.
        public_key: The project's public key.
        secret_key: Its secret key.
        until: When the week ends; left out, now.
        calls: How many calls are made.
        seed: What chance begins with.

    Attributes:
        since: When the week begins.
        until: When it ends.
        calls: How many calls are made.
        router_args: The routing options of the client.
        providers: The providers by connection.

    Examples:
        >>> with Week(langfuse.url, langfuse.public_key, langfuse.secret_key) as week:
        ...     week.play()
    """

    def __init__(
        self,
        host: str,
        public_key: str,
        secret_key: str,
        *,
        until: datetime | None = None,
        calls: int = 400,
        seed: int = 1,
    ) -> None:
        self.until = (until or datetime.now(UTC)).astimezone(UTC)
        self.since = self.until - timedelta(days=DAYS)
        self.router_args = ROUTER_ARGS
        self.providers = {
            name: FakeProvider(name, models=provider.latency.keys()) for name, provider in PROVIDERS.items()
        }
        self._endpoint = BasicAuthEndpoint(host, public_key, Secret(secret_key))
        self.calls = calls
        self._calls = traffic(calls, seed)
        self._draw = random.Random(seed)  # noqa: S311 - it makes up failures
        self._clock: ManualClock | None = None
        self._seed = seed
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with self._stack as stack:
            for name, fake in self.providers.items():
                stack.enter_context(fake)
                for operation in _OPERATIONS:
                    fake.always(partial(self._decide, name), operation=operation)
            self._register()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def client(self, **options: Any) -> GenAIClient:
        """Return a client of the company, on real time: what is asked now is answered at once."""
        pair = {"public_key": self._endpoint.public_key, "secret_key": self._endpoint.secret_key.reveal()}
        where = {"host": self._endpoint.url, "broker_url": self._endpoint.url}
        return GenAIClient(**{**where, **pair, "router_args": self.router_args, **options})

    def play(self, progress: Callable[[int], object] = lambda _made: None) -> PlayedWeek:
        """Make the calls, one after the other, and return when all of them are recorded.

        Args:
            progress: Told of each call that is over, with how many it was.

        Raises:
            GenAIError: Not everything could be recorded.
        """
        clock = self._clock = ManualClock(self.since, seed=self._seed)
        lost: Counter[str] = Counter()
        try:
            with self.client(clock=clock, prompt_cache_ttl=86_400, environment="production", release="1.4.0") as client:
                for call in self._calls:
                    clock.advance(call.at - clock.now())
                    try:
                        _make(client, call, clock)
                    except ProviderError as error:
                        lost[type(error).__name__] += 1
                    progress(1)
                if not client.flush(60) or client.stats().dropped:
                    raise GenAIError(f"the week was not wholly recorded: {client.stats()}")
        finally:
            self._clock = None
        requests = {name: len(fake.journal) for name, fake in self.providers.items()}
        return PlayedWeek(calls=len(self._calls), lost=lost, requests=requests)

    def _decide(self, name: str, call: Call) -> Step:
        """Return what a provider does with a request; while the week is played, that takes its simulated time."""
        clock = self._clock
        if clock is None:
            return _reply(call)
        hour = clock.now() / 3_600
        for fault in FAULTS:
            fits = fault.provider in (None, name) and fault.begin <= hour < fault.end
            if fits and self._draw.random() < fault.share:
                clock.advance(fault.latency * self._draw.lognormvariate(0, 0.1))
                return fault.step
        slower = _SLOWER if int(hour) % 24 in _BUSY else 1.0
        clock.advance(PROVIDERS[name].latency[call.model] * slower * self._draw.lognormvariate(0, 0.25))
        return _reply(call)

    def _register(self) -> None:
        with SyncTransport(TransportSettings()) as transport:
            for name, provider in PROVIDERS.items():
                body = {
                    "provider": name,
                    "adapter": provider.adapter,
                    "secretKey": provider.secret,
                    "baseURL": self.providers[name].base_url(provider.adapter),
                    "customModels": list(provider.latency),
                    "withDefaultModels": False,
                }
                if provider.config is not None:
                    body["config"] = provider.config
                self._send(transport, "PUT", "/api/public/llm-connections", body)
            for name, versions in PROMPTS.items():
                for number, prompt in enumerate(versions, 1):
                    self._write(transport, name, prompt, production=number == len(versions))

    def _write(self, transport: SyncTransport, name: str, prompt: Any, *, production: bool) -> None:
        model = next(each.model for each in APPLICATIONS if each.prompt == name)
        body = {
            "name": name,
            "prompt": prompt,
            "type": "text" if isinstance(prompt, str) else "chat",
            "labels": ["production"] if production else [],
            "config": {"model": model, "temperature": 0.2},
        }
        self._send(transport, "POST", "/api/public/v2/prompts", body)

    def _send(self, transport: SyncTransport, method: str, path: str, body: Any) -> None:
        request = self._endpoint.send(method, path, msgspec.json.encode(body))
        with transport.open(request, Deadline(10.0)) as response:
            answer = response.read()
            if response.status >= 300:
                raise GenAIError(f"{self._endpoint.url} refused {path} with {response.status}: {answer[:300]!r}")


def _reply(call: Call) -> Reply:
    """Return an answer that is the same for the same question to the same model."""
    if call.operation == "embedding":
        return Reply()
    draw = random.Random(f"{call.model} {call.last}")  # noqa: S311 - it makes up answers
    text = " ".join(draw.sample(SENTENCES, draw.randint(1, 3)))
    words = len(text.split())
    prompt = 40 * sum(len(each.split()) for each in call.texts) + draw.randrange(400)
    return Reply(text=text, prompt_tokens=prompt, completion_tokens=12 * words)


def _make(client: GenAIClient, call: PlannedCall, clock: ManualClock) -> None:
    application = call.application
    labels: dict[str, Any] = {"trace_name": application.name, "user_id": call.user, "tags": [application.name]}
    if call.session is not None:
        labels["session_id"] = call.session
    if application.operation == "embedding":
        client.embedding(application.model, [call.question], **labels)
        return
    content: Any = call.question
    messages: Any = [{"role": "user", "content": content}]
    if application.prompt is not None:
        content = client.get_prompt(application.prompt, version=call.version, variables={"question": call.question})
        messages = content if isinstance(content, list) else [{"role": "user", "content": content}]
    if not application.streams:
        client.completion(application.model, messages, temperature=0.2, **labels)
        return
    for _ in client.completion(application.model, messages, stream=True, temperature=0.2, **labels):
        clock.advance(0.03)
