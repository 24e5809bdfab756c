"""What `genai demo` does, step by step. Everything goes over HTTP, as it would with a Langfuse elsewhere."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import click
import msgspec

from genai_sdk.cli.output import folded, show, table, width
from genai_sdk.cli.remote import Remote
from genai_sdk.cli.traces.reader import TraceReader
from genai_sdk.cli.traces.tree import tree_of
from genai_sdk.client import GenAIClient
from genai_sdk.client.settings import LangfuseAccess
from genai_sdk.client.trial import try_connection
from genai_sdk.connections import ConnectionRecord
from genai_sdk.langfuse.tree import clock, dollars
from genai_sdk.local.simulated import ready_connection
from genai_sdk.secret import Secret
from genai_sdk.types import CallInfo, Usage

_INDENT = "   "
_MODEL = "gpt-6-luna"
_SUMS = {
    "view": "observations",
    "metrics": [
        {"measure": "traceId", "aggregation": "uniq"},
        {"measure": "inputTokens", "aggregation": "sum"},
        {"measure": "outputTokens", "aggregation": "sum"},
        {"measure": "totalCost", "aggregation": "sum"},
    ],
    "fromTimestamp": "2020-01-01T00:00:00Z",
    "toTimestamp": "2200-01-01T00:00:00Z",
}


class Demo:
    """The steps, numbered as they come.

    Args:
        client: Makes the calls.
        access: The platform, and the key pair it is asked with.
    """

    def __init__(self, client: GenAIClient, access: LangfuseAccess) -> None:
        self._client = client
        self._access = access
        self._remote = Remote(access)
        self._number = 0
        self._traces: list[str] = []

    def run(self) -> None:
        """Run every step."""
        show("GenAI SDK: one client over every LLM provider, on keys that live in one place", bold=True)
        for line in folded(
            f"A local platform runs at {self._access.endpoint.url}, in a temporary directory. The provider is "
            "simulated: its answers come from no model, its costs are those of the model it is called by, and nobody "
            "is billed."
        ):
            show(line)
        with self._remote:
            for step in (
                self._connections,
                self._plain,
                self._streamed,
                self._prompt,
                self._promoted,
                self._region_down,
                self._read_back,
            ):
                step()

    def _title(self, what: str, *code: str) -> None:
        self._number += 1
        show()
        for line in folded(f"{self._number}. {what}", _INDENT):
            show(line, bold=True)
        for line in code:
            for part in folded(f"{_INDENT}>>> {line}", f"{_INDENT}    "):
                show(part, fg="cyan")

    def _connections(self) -> None:
        self._title("Provider keys are registered once, each tried by a real call before it is saved")
        rows, refused = [], ""
        for name, region, secret in (("seoul", "seoul", None), ("usa", "usa", None), ("wrong", "usa", "sk-mistyped-1")):
            ready = ready_connection(self._access.endpoint.url, region, "azure")
            body = {**ready.body(), "provider": name, "customModels": [_MODEL]}
            body["secretKey"] = Secret(secret or ready.secret)
            now = datetime.now(UTC)
            trial = try_connection(
                ConnectionRecord(
                    name=name,
                    adapter=ready.adapter,
                    secret=body["secretKey"],
                    base_url=ready.base_url,
                    custom_models=(_MODEL,),
                    with_default_models=False,
                    created_at=now,
                    updated_at=now,
                )
            )
            if trial.ok:
                self._remote.put_connection(body)
                rows.append((name, "saved", f"{trial.model} answered in {clock(trial.latency)}"))
            else:
                rows.append((name, "refused", trial.error))
                refused = name
        for line in table(rows, _INDENT):
            wrong = refused and line.startswith((f"{_INDENT}{refused}", " " * 8))
            show(line, fg="red" if wrong else None)

    def _plain(self) -> None:
        self._title(
            "A call by the model's name; nothing in the code says who serves it",
            f'client.completion("{_MODEL}", messages)',
        )
        response = self._client.completion(_MODEL, _ask("What is a region?"), trace_name="by-name")
        self._account(response.text, response.genai, response.usage)

    def _streamed(self) -> None:
        self._behave("seoul", {"between": 0.02})
        self._title(
            "Streamed, token by token", f'for chunk in client.completion("{_MODEL}", messages, stream=True): ...'
        )
        stream = self._client.completion(_MODEL, _ask("What is a stream?"), stream=True, trace_name="streamed")
        room, column = width() - len(_INDENT), 0
        click.echo(_INDENT, nl=False)
        for chunk in stream:
            piece = chunk.text or ""
            if column + len(piece.rstrip()) > room:
                click.echo(f"\n{_INDENT}", nl=False)
                piece, column = piece.lstrip(), 0
            column += len(piece)
            click.echo(piece, nl=False)
        click.echo()
        self._account("", stream.genai, stream.usage)
        self._behave("seoul", {})

    def _prompt(self) -> None:
        first = {"name": "greeting", "type": "text", "prompt": "Say hello to {{name}}.", "config": {"model": _MODEL}}
        second = {**first, "prompt": "Greet {{name}} in Korean, politely."}
        self._remote.ask("POST", "/api/public/v2/prompts", {**first, "labels": ["production"]})
        self._remote.ask("POST", "/api/public/v2/prompts", {**second, "labels": []})
        self._title(
            "A prompt in two versions, kept beside the keys; version 1 has the label production",
            'client.completion(prompt="greeting", variables={"name": "Mina"})',
        )
        self._greet()

    def _promoted(self) -> None:
        self._remote.ask("PATCH", "/api/public/v2/prompts/greeting/versions/2", {"newLabels": ["production"]})
        self._title(
            "Somebody promotes version 2: the same line, no restart and no deploy",
            'client.completion(prompt="greeting", variables={"name": "Mina"})',
        )
        self._greet()

    def _greet(self) -> None:
        prompt = self._client.get_prompt("greeting", variables={"name": "Mina"})
        response = self._client.completion(prompt=prompt, trace_name=f"greeting-v{prompt.version}")
        self._account(response.text, response.genai, response.usage, f"prompt greeting v{prompt.version}")

    def _region_down(self) -> None:
        self._behave("seoul", {"status": 503, "message": "Seoul is down for the demo."})
        self._title(
            "Seoul is down; the call goes on in the USA, by one line of settings",
            'GenAIClient(router_args={"fallbacks": [{"seoul/*": "usa/*"}], "num_retries": 1})',
            f'client.completion("seoul/{_MODEL}", messages)',
        )
        response = self._client.completion(f"seoul/{_MODEL}", _ask("Is anybody there?"), trace_name="region-down")
        self._account(response.text, response.genai, response.usage)
        self._behave("seoul", {})

    def _read_back(self) -> None:
        self._client.flush()
        self._title("Every call was recorded: read back over the platform's API, failed attempts in red")
        recorded = TraceReader(self._remote)
        for trace_id in self._traces:
            show(tree_of(recorded.trace(trace_id), _INDENT))
        query = quote(msgspec.json.encode(_SUMS).decode())
        (sums,) = self._remote.ask("GET", f"/api/public/v2/metrics?query={query}")["data"]
        show(
            f"{_INDENT}In all: {sums['uniq_traceId']} calls, {sums['sum_inputTokens']} → {sums['sum_outputTokens']} "
            f"tokens, {dollars(sums['sum_totalCost'])}."
        )

    def _account(self, answer: str, info: CallInfo, usage: Usage | None, *more: str) -> None:
        for line in folded(_INDENT + answer, _INDENT) if answer else ():
            show(line)
        tokens = f"{usage.prompt_tokens} → {usage.completion_tokens} tokens" if usage else "tokens unknown"
        cost = "cost unknown" if info.cost is None else dollars(info.cost)
        attempts = len(info.attempts)
        tried = [f"{attempts} attempts"] if attempts > 1 else []
        facts = [f"served by {info.connection}", *more, tokens, cost, clock(info.latency), *tried]
        show(f"{_INDENT}{' · '.join(facts)}", dim=True)
        if info.trace_id is not None:
            self._traces.append(info.trace_id)

    def _behave(self, region: str, behaviour: dict[str, Any]) -> None:
        self._remote.ask("PUT", f"/simulated/{region}/behaviour", msgspec.to_builtins(behaviour))


def _ask(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]
