"""The steps of giving a connection another secret: try it, switch, call, wait until nobody holds the old one."""

from collections.abc import Callable
from typing import Any, Literal, Protocol

import msgspec

from genai_sdk.cli.connections.holders import Holder, Sighting
from genai_sdk.client.trial import Trial
from genai_sdk.connections import ConnectionRecord
from genai_sdk.errors import GenAIError, SourceUnavailableError
from genai_sdk.secret import Secret
from genai_sdk.sentence import Sentence

State = Literal["rotated", "held", "refused", "undone", "broken"]
"""`rotated`: the old secret may be retired. `held`: the new one serves, but the old one may still be in use. `refused`:
nothing was changed. `undone`: the new one did not serve, and the old one was put back. `broken`: neither."""

TRIES = 3
"""Calls after the switch, until one is answered."""
_BETWEEN = 2.0
_DELIVERY = 120.0
"""Seconds for the source to deliver what was written: a broker keeps its answers, and a replica lags."""
_LOOK_EVERY = 5.0


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """How long the old secret is waited for; all in seconds.

    Attributes:
        blind: Where no broker says who holds what.
        quiet: Since the switch, and since anybody showed an old version.
        longest: At most, where somebody always does.
    """

    blind: float
    quiet: float
    longest: float


class RotationResult(msgspec.Struct, kw_only=True):
    """What came of a rotation; it holds no secret.

    Attributes:
        connection: The connection.
        state: How it ended.
        error: Why it did not go well; empty where it did.
        model: The model that was asked, or None.
        latency: Seconds that its first answer after the switch took, or None.
        old_secret: The end of the old secret.
        new_secret: The end of the new one.
        version: When the connection was written, which is its version; None where it was not.
        evidence: What says that the old secret is out of use: `metrics` of a broker, or `time` alone; None for nothing.
        waited: Seconds that were waited for that.
        holders: Who still held the old version in the end.
    """

    connection: str
    state: State = "refused"
    error: str = ""
    model: str | None = None
    latency: float | None = None
    old_secret: str = ""
    new_secret: str = ""
    version: str | None = None
    evidence: Literal["metrics", "time"] | None = None
    waited: float = 0.0
    holders: tuple[Holder, ...] = ()


class Clock(Protocol):
    """Monotonic time, and waits."""

    def now(self) -> float:
        """Return monotonic seconds."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class Effects(msgspec.Struct, frozen=True, kw_only=True):
    """What a rotation does to the world.

    Attributes:
        attempt: Calls the provider with a secret that is not saved.
        write: Saves the connection with a secret, and returns the version that it has then.
        read: Reads the connection as clients do, or returns None.
        call: Makes one call through the saved connection.
        look: Asks brokers who holds what; None where there is none.
        project: Returns the project's id, by which brokers name it.
        say: Is told of each step.
        clock: Waits.
    """

    attempt: Callable[[Secret], Trial]
    write: Callable[[Secret], str]
    read: Callable[[], ConnectionRecord | None] | None
    call: Callable[[], Trial]
    look: Callable[[], Sighting] | None
    project: Callable[[], str]
    say: Callable[[str], Any]
    clock: Clock


class Rotation:
    """One rotation.

    Args:
        result: What is filled in on the way.
        effects: What it does to the world.
        old: The old secret, to be put back if need be; None where it cannot be read.
        new: The new one.
        waiting: How long the old one is waited for.
    """

    def __init__(
        self, result: RotationResult, effects: Effects, *, old: Secret | None, new: Secret, waiting: Waiting
    ) -> None:
        self.result = result
        self._effects = effects
        self._old = old
        self._new = new
        self._waiting = waiting

    def run(self) -> RotationResult:
        """Go through it all; the result says how it ended.

        Raises:
            GenAIError: Langfuse could not be asked, or refused; nothing was changed.
        """
        result, effects = self.result, self._effects
        trial = effects.attempt(self._new)
        result.model = trial.model
        if not trial.ok:
            result.error = Sentence.of("rotate.new_fails", "the new secret does not work: {error}", error=trial.error)
            return result
        effects.say(Sentence.of("rotate.new_works", "The new secret works: {model} answers.", model=trial.model))
        project = effects.project() if effects.look is not None else ""
        if self._old is None:
            effects.say(
                Sentence.of(
                    "rotate.old_unreadable",
                    "The old secret cannot be read from here, so a failure could not be undone.",
                )
            )
        try:
            result.version = effects.write(self._new)
        except SourceUnavailableError as error:
            result.error = Sentence.of(
                "rotate.saved_unknown", "it is not known whether it was saved: {error}", error=error
            )
            return self._undo()
        result.state = "held"
        effects.say(
            Sentence.of(
                "rotate.saved",
                "Saved. Calls that begin with what is delivered from now on use {new_secret}.",
                new_secret=result.new_secret,
            )
        )
        try:
            if not self._serves():
                return self._undo()
            if self._wait(project) and not self._serves():
                return self._undo()
        except KeyboardInterrupt:
            result.state, result.error = (
                "held",
                Sentence.of("rotate.interrupted", "it was interrupted before it was known who holds the old secret"),
            )
        return result

    def _serves(self) -> bool:
        """Call through the saved connection, once clients are delivered the new secret."""
        result, effects = self.result, self._effects
        if effects.read is None:
            return True
        result.error = self._delivered()
        if result.error:
            return False
        for number in range(TRIES):
            if number:
                effects.clock.sleep(_BETWEEN)
            try:
                trial = effects.call()
            except GenAIError as error:
                result.error = error.sentence
                continue
            if trial.ok:
                result.error = ""
                result.latency = trial.latency if result.latency is None else result.latency
                effects.say(
                    Sentence.of(
                        "rotate.answered", "A call through {connection} is answered.", connection=result.connection
                    )
                )
                return True
            result.error = trial.error
        return False

    def _delivered(self) -> str:
        """Wait until clients get the new secret; return why they do not, else nothing."""
        clock, read = self._effects.clock, self._effects.read
        assert read is not None
        end = clock.now() + _DELIVERY
        reason: str = Sentence.of("rotate.still_old", "its source still delivers the old secret")
        while True:
            try:
                record = read()
                # A broker that hands out short-lived tokens shows no secret to compare.
                if record is not None and (record.secret == self._new or record.expires_at is not None):
                    return ""
            except GenAIError as error:
                reason = error.sentence
            if clock.now() + _BETWEEN > end:
                return Sentence.of(
                    "rotate.not_delivered",
                    "clients are not delivered the new secret within {delivery:g} s: {reason}",
                    delivery=_DELIVERY,
                    reason=reason,
                )
            clock.sleep(_BETWEEN)

    def _undo(self) -> RotationResult:
        result, effects = self.result, self._effects
        result.state = "broken"
        if self._old is None:
            return result
        try:
            effects.write(self._old)
        except GenAIError as error:
            result.error += f". And the old secret could not be put back: {error}"
            return result
        result.state = "undone"
        return result

    def _wait(self, project: str) -> bool:
        """Wait until the old secret is out of use, and say whether it is."""
        began = self._effects.clock.now()
        if not self._wait_for_holders(project, began):
            self._effects.say(
                Sentence.of(
                    "rotate.waiting",
                    "Waiting {blind:g} s: after that no client begins a call with what it had before.",
                    blind=self._waiting.blind,
                )
            )
            self._effects.clock.sleep(self._waiting.blind)
            self.result.state, self.result.evidence = "rotated", "time"
        self.result.waited = self._effects.clock.now() - began
        return self.result.state == "rotated"

    def _wait_for_holders(self, project: str, began: float) -> bool:
        """Wait until no caller showed an old version for long enough; False where no broker can tell."""
        result, effects, waiting = self.result, self._effects, self._waiting
        sighting = self._sighting()
        if sighting is None or not any(each.project == project for each in sighting.holders):
            if sighting is not None:
                effects.say(
                    Sentence.of("rotate.no_caller", "No caller of this project has shown these brokers what it holds.")
                )
            return False
        result.evidence = "metrics"
        switched, told = sighting.now, ""
        while True:
            if sighting is not None:
                others = sighting.holding_other(project, result.connection, str(result.version))
                last = max([switched, *(each.at for each in others)])
                if sighting.now - last >= waiting.quiet:
                    result.state, result.holders = "rotated", ()
                    return True
                result.holders = tuple(each for each in others if sighting.now - each.at < waiting.quiet)
                names = ", ".join(sorted({each.public_key for each in result.holders})) or Sentence.of(
                    "rotate.nobody_seen", "nobody that was seen of late"
                )
                if names != told:
                    effects.say(
                        Sentence.of(
                            "rotate.quiet",
                            "Waiting until nobody shows an old version for {quiet:g} s; {names} did.",
                            quiet=waiting.quiet,
                            names=names,
                        )
                    )
                    told = names
            if effects.clock.now() - began >= waiting.longest:
                result.error = Sentence.of(
                    "rotate.still_held", "the old version was still held after {longest:g} s", longest=waiting.longest
                )
                return True
            effects.clock.sleep(_LOOK_EVERY)
            sighting = self._sighting()

    def _sighting(self) -> Sighting | None:
        if self._effects.look is None:
            return None
        try:
            return self._effects.look()
        except GenAIError as error:
            self._effects.say(
                Sentence.of("rotate.holders_unknown", "Who holds what is not known: {error}", error=error)
            )
            return None
