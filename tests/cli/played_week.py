"""The recorded week on servers of every kind, for the commands that read it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from genai_sdk.cli.remote import Remote
from genai_sdk.client.settings import LangfuseAccess
from genai_sdk.http import BasicAuthEndpoint, TransportSettings
from genai_sdk.langfuse.api import Mode
from genai_sdk.local import Platform
from genai_sdk.secret import Secret
from genai_sdk.testing import FakeLangfuse, Week
from genai_sdk.testing.week import PlayedWeek

UNTIL = datetime(2026, 11, 23, tzinfo=UTC)
SINCE = "2026-11-16T00:00:00Z"
SPAN = ("--since", SINCE, "--until", "2026-11-23T00:00:00Z")
MODES: dict[str, Mode] = {"fake-3": "legacy", "fake-4": "events_only"}
KINDS = ("platform", *MODES)


class Played:
    """A server with the week in it.

    Attributes:
        kind: Which one.
        environ: What a command needs to find it.
        result: What became of the week.
        week: The week, whose providers answer still.
    """

    def __init__(self, kind: str, url: str, public_key: str, secret_key: str, week: Week) -> None:
        self.kind, self.url, self.pair, self.week = kind, url, (public_key, secret_key), week
        self.environ = {
            "LANGFUSE_BASE_URL": url,
            "LANGFUSE_PUBLIC_KEY": public_key,
            "LANGFUSE_SECRET_KEY": secret_key,
        }
        self.result: PlayedWeek = week.play()

    def remote(self) -> Remote:
        return remote_of(self.url, *self.pair)


def remote_of(url: str, public_key: str, secret_key: str) -> Remote:
    endpoint = BasicAuthEndpoint(url, public_key, Secret(secret_key))
    return Remote(LangfuseAccess(endpoint=endpoint, transport=TransportSettings()))


def played_on(kind: str, directory: Path) -> Iterator[Played]:
    """Play the week into a server: `platform`, or a fake Langfuse of some age."""
    if kind == "platform":
        with Platform(directory / "platform", port=0) as platform:
            keys = platform.credentials
            with Week(platform.url, keys.public_key, keys.secret_key, until=UNTIL) as week:
                yield Played(kind, platform.url, keys.public_key, keys.secret_key, week)
    else:
        with (
            FakeLangfuse(mode=MODES[kind]) as fake,
            Week(fake.url, fake.public_key, fake.secret_key, until=UNTIL) as week,
        ):
            yield Played(kind, fake.url, fake.public_key, fake.secret_key, week)
