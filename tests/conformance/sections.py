"""Every scenario, in the sections of the page."""

import msgspec
from tests.conformance.scenario import Scenario
from tests.conformance.scenarios.cooldowns import COOLDOWNS
from tests.conformance.scenarios.failures import FAILURES
from tests.conformance.scenarios.fallbacks import BY_ALIAS_AND_CALL, BY_CONNECTION, BY_NAME
from tests.conformance.scenarios.refusals import REFUSALS
from tests.conformance.scenarios.retries import RETRIES
from tests.conformance.scenarios.streams import STREAMS


class Section(msgspec.Struct, frozen=True):
    """Some scenarios under a heading."""

    title: str
    scenarios: tuple[Scenario, ...]


SECTIONS = (
    Section("The first connection fails, the second is well", FAILURES),
    Section("Retries and waits", RETRIES),
    Section("Cooldowns", COOLDOWNS),
    Section("Fallbacks by name", BY_NAME),
    Section("Fallbacks and connections", BY_CONNECTION),
    Section("Aliases, and fallbacks of a single call", BY_ALIAS_AND_CALL),
    Section("Context window and content filter", REFUSALS),
    Section("Streams", STREAMS),
)

SCENARIOS = tuple(scenario for section in SECTIONS for scenario in section.scenarios)
