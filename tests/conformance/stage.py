"""The fakes of a scenario, and what they saw of a call."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from tests.conformance.outcome import Heard
from tests.conformance.scenario import QUESTION, Provider, Scenario

from genai_sdk.testing import FakeProvider, Step

MESSAGES = ({"role": "user", "content": QUESTION},)


class Stage:
    """The running fakes of a scenario.

    Attributes:
        fakes: The fakes by the name of their provider.
    """

    def __init__(self, scenario: Scenario, fakes: Mapping[str, FakeProvider]) -> None:
        self.fakes = fakes
        self._providers = scenario.providers

    @property
    def whole(self) -> tuple[str, ...]:
        """The whole answers there can be."""
        return tuple(f"{name}: {QUESTION}" for name in self.fakes)

    def heard(self) -> list[Heard]:
        """Return every request since the last time."""
        heard = []
        for provider in self._providers:
            journal = self.fakes[provider.name].journal
            for entry in journal.entries:
                shown = provider.name if len(provider.models) < 2 else f"{provider.name}/{entry.model}"
                heard.append(Heard(entry.started, shown, entry.status))
            journal.clear()
        return heard

    def base_url(self, provider: Provider) -> str:
        """Return where a provider is reached."""
        return self.fakes[provider.name].base_url(provider.adapter)


def key(provider: Provider, *, stale: bool = True) -> str:
    """Return the key of a provider: what the client has, or with `stale` off what the source has by now."""
    return f"sk-{provider.name}-old" if provider.rotated and stale else f"sk-{provider.name}"


@contextmanager
def staged(scenario: Scenario) -> Iterator[Stage]:
    """Run the fakes of a scenario."""
    with ExitStack() as stack:
        fakes = {}
        for provider in scenario.providers:
            fake = stack.enter_context(FakeProvider(provider.name, keys={key(provider, stale=False)}))
            if isinstance(provider.does, Step):
                fake.always(provider.does, model=provider.to)
            else:
                fake.script(*provider.does, model=provider.to)
            if provider.down:
                fake.down()
            fakes[provider.name] = fake
        yield Stage(scenario, fakes)
