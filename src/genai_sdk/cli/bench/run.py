"""Makes many calls through a client, so many at once, within bounds of number, time and money."""

import asyncio
import time
from collections.abc import Callable

import msgspec

from genai_sdk.client import GenAIClient
from genai_sdk.errors import ConfigurationError, GenAIError, RouteExhaustedError
from genai_sdk.sentence import Sentence

INTERRUPTED = "it was interrupted"
"""Why fewer calls were made where the task that makes them was cancelled."""


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for.

    Attributes:
        model: The model's name, as any call gives it.
        text: What each call asks.
        calls: How many at the most.
        concurrency: How many are under way at once.
        stream: Whether they are streamed.
        max_tokens: Tokens that an answer may have.
        max_cost: US dollars that all may cost; None for no bound.
        must_be_priced: Whether nothing more is called where it is not known what the first call cost.
        max_seconds: Seconds after which no call is begun.
    """

    model: str
    text: str
    calls: int
    concurrency: int
    stream: bool
    max_tokens: int
    max_cost: float | None
    max_seconds: float
    must_be_priced: bool = False


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A call that is over.

    Attributes:
        latency: Seconds until it was answered or failed.
        first_content: Seconds to the first content of a stream.
        inside: Seconds of it that were neither attempts nor waits: what the client itself took, as far as it is known.
        attempts: How many attempts it took.
        served: The `connection/model` that answered.
        tokens: Tokens of the answer, None where the provider did not say.
        cost: US dollars, None where that is not known.
        error: The kind of the error; empty for an answer.
        message: What it said.
    """

    latency: float
    first_content: float | None = None
    inside: float | None = None
    attempts: int = 0
    served: str = ""
    tokens: int | None = None
    cost: float | None = None
    error: str = ""
    message: str = ""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What a load came to.

    Attributes:
        samples: The calls, without the first.
        first: The first call, made alone: it loads what is needed, connects, and says what a call costs.
        seconds: From the beginning of the second call to the end of the last.
        cpu: Seconds of this process's CPU meanwhile, of all its threads, recording included.
        stopped: Why fewer calls were made than asked for; empty where all were.
    """

    samples: tuple[Sample, ...]
    first: Sample
    seconds: float
    cpu: float
    stopped: str = ""


class Budget:
    """Says whether one more call may be made.

    Args:
        load: The bounds.
        first: The first call, whose cost is what others are expected to cost.
        end: When the time is over, in seconds of the clock.
        now: The clock.
    """

    def __init__(self, load: Load, first: Sample, end: float, now: Callable[[], float]) -> None:
        self._load = load
        self._end = end
        self._now = now
        self._spent = first.cost or 0.0
        self._dearest = first.cost or 0.0
        self._begun = 0
        self._under_way = 0
        self.stopped = ""

    def begin(self) -> bool:
        """Take one call; False where there is to be none any more."""
        if self._begun >= self._load.calls - 1 or self.stopped:
            return False
        bound = self._load.max_cost
        if bound is not None and self._spent + (self._under_way + 1) * self._dearest > bound:
            self.stopped = f"the next call could go over ${bound:g}"
            return False
        if self._now() > self._end:
            self.stopped = f"{self._load.max_seconds:g} s were over"
            return False
        self._begun += 1
        self._under_way += 1
        return True

    def end(self, sample: Sample) -> None:
        """Take note of what a call cost."""
        self._under_way -= 1
        self._spent += sample.cost or 0.0
        self._dearest = max(self._dearest, sample.cost or 0.0)


async def run(client: GenAIClient, load: Load, progress: Callable[[int], object] = lambda _done: None) -> Result:
    """Make the calls.

    Args:
        client: What they are made with.
        load: What is asked for.
        progress: Told of each call that is over, with how many it was.

    Raises:
        GenAIError: The first call failed: there is nothing to measure.
        ConfigurationError: It is not known what the first call cost, and was to be.
    """
    first = await _call(client, load)
    progress(1)
    if load.must_be_priced and first.cost is None:
        raise ConfigurationError(
            Sentence.of(
                "bench.no_price",
                "what {model} costs is not known, so --max-cost cannot hold: give the model a price in "
                "Langfuse (Settings, Models), or leave --max-cost out and bound the calls by --calls",
                model=first.served,
            )
        )
    budget = Budget(load, first, time.monotonic() + load.max_seconds, time.monotonic)
    samples: list[Sample] = []

    async def work() -> None:
        while budget.begin():
            began = time.monotonic()
            try:
                sample = await _call(client, load)
            except GenAIError as error:
                sample = _failed(error, time.monotonic() - began)
            budget.end(sample)
            samples.append(sample)
            progress(1)

    began, cpu = time.monotonic(), time.process_time()
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(load.concurrency, load.calls - 1)):
                group.create_task(work())
    except asyncio.CancelledError:  # as asyncio.run tells of Ctrl-C: what was paid for is reported
        budget.stopped = INTERRUPTED
    seconds = time.monotonic() - began
    await client.aflush(10.0)
    return Result(
        samples=tuple(samples),
        first=first,
        seconds=seconds,
        cpu=time.process_time() - cpu,
        stopped=budget.stopped,
    )


async def _call(client: GenAIClient, load: Load) -> Sample:
    messages = [{"role": "user", "content": load.text}]
    began = time.monotonic()
    if load.stream:
        stream = await client.acompletion(
            load.model,
            messages,
            stream=True,
            max_tokens=load.max_tokens,
            num_retries=0,
            trace_name="genai bench",
        )
        async for _ in stream:
            pass
        response = stream.response
    else:
        response = await client.acompletion(
            load.model, messages, max_tokens=load.max_tokens, num_retries=0, trace_name="genai bench"
        )
    latency = time.monotonic() - began
    info, usage = response.genai, response.usage
    outside = sum(each.latency + each.waited for each in info.attempts)
    # An attempt at a stream is over with its first content.
    until = info.first_content if load.stream else latency
    return Sample(
        latency=latency,
        first_content=info.first_content,
        inside=None if until is None else max(0.0, until - outside),
        attempts=len(info.attempts),
        served=f"{info.connection}/{info.model}",
        tokens=None if usage is None else usage.completion_tokens,
        cost=info.cost,
    )


def _failed(error: GenAIError, latency: float) -> Sample:
    last = getattr(error, "last", None) if isinstance(error, RouteExhaustedError) else None
    kind = last.__name__ if isinstance(last, type) else type(error).__name__
    attempts = getattr(error, "attempts", ())
    return Sample(latency=latency, attempts=len(attempts), error=kind, message=str(error).partition("\n")[0])
