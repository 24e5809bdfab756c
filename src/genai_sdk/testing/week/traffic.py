"""Which calls are made in the week, and when. Pure: the same seed gives the same calls."""

import random
from collections.abc import Iterator

import msgspec

from genai_sdk.testing.week.scene import APPLICATIONS, QUESTIONS, Application

_HOURS = (1, 1, 1, 1, 1, 2, 3, 6, 10, 14, 15, 13, 9, 12, 14, 13, 11, 8, 5, 4, 3, 2, 2, 1)
"""How busy each hour of a day is."""

_REST = (1.0, 1.0, 1.0, 1.0, 1.0, 0.4, 0.3)
"""How busy each day is: the last two are quiet."""


class PlannedCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call of an application.

    Attributes:
        at: When, in seconds of the week.
        application: Who makes it.
        version: Which version of the prompt it uses; None without a prompt.
        question: What is asked.
        user: For whom.
        session: In which conversation, or None.
    """

    at: float
    application: Application
    version: int | None
    question: str
    user: str
    session: str | None


def traffic(calls: int, seed: int) -> list[PlannedCall]:
    """Return so many calls in the order in which they are made."""
    draw = random.Random(seed)  # noqa: S311 - it makes up traffic
    planned: list[PlannedCall] = []
    while len(planned) < calls:
        planned.extend(_session(draw))
    return sorted(planned[:calls], key=lambda call: call.at)


def _session(draw: random.Random) -> Iterator[PlannedCall]:
    (application,) = draw.choices(APPLICATIONS, [each.weight for each in APPLICATIONS])
    (day,) = draw.choices(range(7), _REST)
    (hour,) = draw.choices(range(24), _HOURS)
    at = (day * 24 + hour) * 3_600 + draw.random() * 3_000
    user = f"user-{int(20 * draw.random() ** 2) + 1:02d}"
    session = f"chat-{draw.getrandbits(32):08x}" if application.length > 1 else None
    for _ in range(draw.randint(1, application.length)):
        yield PlannedCall(
            at=at,
            application=application,
            version=_version(application, at),
            question=draw.choice(QUESTIONS),
            user=user,
            session=session,
        )
        at += draw.uniform(15, 90)


def _version(application: Application, at: float) -> int | None:
    if application.prompt is None:
        return None
    return 2 if application.second is not None and at >= application.second * 3_600 else 1
