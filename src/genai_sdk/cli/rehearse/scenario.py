"""What is rehearsed: calls, regions, faults and a gate, read from TOML."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from genai_sdk.errors import ConfigurationError
from genai_sdk.sentence import Sentence

_MOST_CALLS = 100_000
Adapter = Literal["openai", "azure", "anthropic", "bedrock", "google-vertex-ai", "google-ai-studio"]


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file: a key that it does not have is a mistake."""


class Region(_Table, frozen=True, kw_only=True):
    """A simulated connection.

    Attributes:
        models: What it serves.
        adapter: The wire it speaks.
        latency: Seconds that an answer takes.
        region: Bedrock's region or Vertex AI's location, which decides the price there.
    """

    models: tuple[str, ...]
    adapter: Adapter = "openai"
    latency: float = 1.0
    region: str | None = None


class Fault(_Table, frozen=True, kw_only=True):
    """What goes wrong for a while; one of `status`, `cut`, `silent` and `latency` says what.

    Attributes:
        region: Whose requests meet it.
        begin: From when on, in seconds of the rehearsal.
        end: Until when; None for its end.
        model: Only requests for this model.
        share: The share of those requests that meet it.
        status: They are refused with this status.
        retry_after: Seconds that such a refusal asks to wait.
        cut: The connection is cut before an answer.
        silent: No answer ever comes.
        latency: An answer takes so many seconds.
    """

    region: str
    begin: float = msgspec.field(name="from", default=0.0)
    end: float | None = msgspec.field(name="until", default=None)
    model: str | None = None
    share: float = 1.0
    status: int | None = None
    retry_after: float | None = None
    cut: bool = False
    silent: bool = False
    latency: float | None = None

    def meets(self, region: str, model: str, now: float) -> bool:
        """Whether a request of a model in a region meets it at a time."""
        within = self.begin <= now and (self.end is None or now < self.end)
        return within and self.region == region and self.model in (None, model)

    def __str__(self) -> str:
        what = "silent" if self.silent else "cut" if self.cut else ""
        if self.status is not None:
            what = f"{self.status}" + ("" if self.retry_after is None else f", Retry-After {self.retry_after:g}")
        if self.latency is not None:
            what = f"{self.latency:g} s"
        model = "" if self.model is None else f"/{self.model}"
        share = "" if self.share == 1 else f", {self.share:.0%} of requests"
        end = "the end" if self.end is None else f"{self.end:g} s"
        return f"{self.region}{model} {what}, {self.begin:g} s to {end}{share}"


class Gate(_Table, frozen=True, kw_only=True):
    """What the faults may do at most; None for what is not looked at.

    Attributes:
        lost: Calls that raise.
        mean: Seconds that they add to an answered call, on average.
        p95: Seconds that they add to all but five of a hundred answered calls.
        longest: Seconds that they add to any answered call.
        dollars: US dollars that they add to all answered calls together.
    """

    lost: int | None = None
    mean: float | None = None
    p95: float | None = None
    longest: float | None = None
    dollars: float | None = None


class Scenario(_Table, frozen=True, kw_only=True):
    """A rehearsal.

    Attributes:
        model: What is called.
        regions: The connections by name, in the order in which `GenAIClient` would have them.
        calls: How many calls there are.
        rate: Calls a second.
        prompt_tokens: Tokens of each prompt.
        completion_tokens: Tokens of each answer.
        deadline: Seconds a whole call may take, as of `GenAIClient`.
        seed: What chance begins with: the same seed makes the same rehearsal.
        router_args: The routing options, where they are not named apart.
        faults: What goes wrong.
        gate: What it may do at most.
    """

    model: str
    regions: Mapping[str, Region]
    calls: int = 300
    rate: float = 1.0
    prompt_tokens: int = 1_000
    completion_tokens: int = 200
    deadline: float = 600.0
    seed: int = 1
    router_args: Mapping[str, Any] | None = None
    faults: tuple[Fault, ...] = ()
    gate: Gate = Gate()


def read_scenario(path: Path) -> Scenario:
    """Read a rehearsal's file.

    Raises:
        ConfigurationError: It cannot be read, or what it says cannot be rehearsed.
    """
    try:
        scenario = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Scenario)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigurationError(
            Sentence.of(
                "rehearse.file",
                "{path}: {error}; `genai docs rehearse` shows what the file may say",
                path=path,
                error=error,
            )
        ) from None
    for wrong in _mistakes(scenario):
        raise ConfigurationError(Sentence.of("rehearse.wrong", "{path}: {wrong}", path=path, wrong=wrong))
    return scenario


def _mistakes(scenario: Scenario) -> "list[str]":
    """Return what no type says."""
    wrong = [f"[regions.{name}] lists no model" for name, one in scenario.regions.items() if not one.models]
    wrong += [] if scenario.regions else ["there are no [regions]"]
    wrong += [] if 0 < scenario.calls <= _MOST_CALLS else [f"calls must be 1 to {_MOST_CALLS}"]
    wrong += [] if scenario.rate > 0 else ["rate must be more than zero"]
    wrong += [] if scenario.deadline > 0 else ["deadline must be more than zero"]
    wrong += [
        f"{name} must not be negative" for name in ("prompt_tokens", "completion_tokens") if getattr(scenario, name) < 0
    ]
    wrong += [f"[regions.{name}] has a negative latency" for name, one in scenario.regions.items() if one.latency < 0]
    for number, fault in enumerate(scenario.faults, start=1):
        wrong += [f"fault {number}: {each}" for each in _mistakes_of(fault, scenario)]
    return wrong


def _mistakes_of(fault: Fault, scenario: Scenario) -> "list[str]":
    kinds = (fault.status is not None, fault.cut, fault.silent, fault.latency is not None)
    region = scenario.regions.get(fault.region)
    wrong = [] if sum(kinds) == 1 else ["give one of status, cut, silent and latency"]
    if region is None:
        wrong.append(f"there is no region {fault.region!r}; there are: {', '.join(scenario.regions)}")
    elif fault.model is not None and fault.model not in region.models:
        wrong.append(f"{fault.region} has no model {fault.model!r}; it has: {', '.join(region.models)}")
    if fault.status is not None and not 400 <= fault.status <= 599:
        wrong.append("status must be 400 to 599")
    if fault.retry_after is not None and (fault.status is None or fault.retry_after < 0):
        wrong.append("retry_after goes with a status, and must not be negative")
    if fault.latency is not None and fault.latency < 0:
        wrong.append("latency must not be negative")
    if not 0 < fault.share <= 1:
        wrong.append("share must be more than 0 and at most 1")
    if fault.begin < 0 or (fault.end is not None and fault.end <= fault.begin):
        wrong.append("from must not be negative, and until must come after it")
    return wrong
