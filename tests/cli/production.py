"""Where a program ran: its provider, its Langfuse, and what it asked."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from genai_sdk import GenAIClient
from genai_sdk.connections import ConnectionRecord
from genai_sdk.langfuse.api import Mode
from genai_sdk.secret import Secret
from genai_sdk.testing import FakeLangfuse, FakeProvider, Reply, Slow

if TYPE_CHECKING:  # which has fixtures of what is made here
    from tests.cli.conftest import Run

MODEL = "gpt-4o-mini"
TOOLS = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}]
OTHER = "gpt-4o"
JUDGE = "gpt-4.1-mini"


class Production:
    """A provider, a Langfuse, and what a program needs to find them.

    Attributes:
        fake: The provider.
        langfuse: The Langfuse.
        mode: Which of Langfuse's endpoints answer.
        environ: The variables that name it.
    """

    def __init__(self, fake: FakeProvider, langfuse: FakeLangfuse, mode: Mode) -> None:
        self.mode: Mode = mode
        self.fake = fake
        self.langfuse = langfuse
        pair = {"LANGFUSE_PUBLIC_KEY": langfuse.public_key, "LANGFUSE_SECRET_KEY": langfuse.secret_key}
        self.environ = {**pair, "LANGFUSE_BASE_URL": langfuse.url}

    def client(self, **options: Any) -> GenAIClient:
        pair: dict[str, Any] = {"public_key": self.langfuse.public_key, "secret_key": self.langfuse.secret_key}
        return GenAIClient(**pair, host=self.langfuse.url, **options)

    def run(self, program: Callable[[GenAIClient], Any], *, name: str = "request", **options: Any) -> str:
        """Run a program in one trace, and return its id."""
        with self.client(**options) as client, client.trace(name) as block:
            program(client)
        assert block.id is not None
        return block.id


@contextmanager
def produced(mode: Mode, *models: str) -> Iterator[Production]:
    """Start a provider that serves these models, and a Langfuse with a connection to it."""
    with FakeProvider("seoul") as fake, FakeLangfuse(mode=mode) as langfuse:
        made = datetime(2026, 1, 1, tzinfo=UTC)
        langfuse.connections.put(
            ConnectionRecord(
                name="seoul",
                adapter="azure",
                secret=Secret("provider-key"),
                base_url=fake.base_url("azure"),
                custom_models=(MODEL, *models),
                created_at=made,
                updated_at=made,
            )
        )
        # Langfuse has milliseconds: calls in the same one would stand in no order.
        fake.always(Slow(0.002, then=Reply()), model=MODEL)
        yield Production(fake, langfuse, mode)


def ask(client: GenAIClient, text: str, **options: Any) -> Any:
    return client.completion(MODEL, [{"role": "user", "content": text}], **options)


def replayed(genai: "Run", production: Production, *arguments: str, code: int = 0) -> dict[str, Any]:
    """Replay, and return the report."""
    done = genai("replay", *arguments, "--json", **production.environ)
    assert done.returncode == code, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def calls(production: Production, model: str) -> int:
    """How many calls of a model the provider saw."""
    return sum(request.model == model for request in production.fake.journal)


def three(client: GenAIClient) -> None:
    ask(client, "Tell me about trains.", temperature=0.3)
    ask(client, "Weather?", tools=TOOLS, tool_choice="auto")
    assert [chunk.text for chunk in ask(client, "Stream it", stream=True)]
