"""`genai connections`: what provider keys a project has, registered, tried and removed."""

import sys
from typing import TYPE_CHECKING, Any

import click

from genai_sdk.cli.headings import headings
from genai_sdk.cli.next_steps import typed
from genai_sdk.cli.output import ask, confirm, folded, json_text, show, table
from genai_sdk.errors import GenAIError
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:
    from genai_sdk.client.trial import Trial
    from genai_sdk.connections import ConnectionRecord
    from genai_sdk.secret import Secret

_SIMULATED = "/simulated/"
_ADAPTERS = ("openai", "azure", "anthropic", "bedrock", "google-vertex-ai", "google-ai-studio")


@click.group()
def connections() -> None:
    """List, register, try, rotate and remove connections."""


@connections.command("list", short_help="List the connections, the oldest first.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(as_json: bool) -> None:
    """List the connections, the oldest first; a broken one with its reason."""
    from genai_sdk.cli.remote import Remote
    from genai_sdk.client.settings import read_access

    with Remote(read_access()) as remote:
        rows = remote.connections()
    broken, unknown = _reasons()
    if as_json:
        annotated = [{**row, "error": broken.get(row["provider"])} for row in rows]
        click.echo(json_text(annotated))
        return
    if not rows:
        again = typed("genai connections add NAME --adapter openai")
        show(
            Sentence.of(
                "connections.none_yet",
                "{url} has no connections yet. Register one: {command}",
                url=remote.url,
                command=again,
            )
        )
        return
    lines = table([headings("NAME", "ADAPTER", "SECRET", "MODELS"), *(_cells(row) for row in rows)])
    for line in lines:
        show(line)
    for reason in broken.values():
        show()
        for line in folded(f"  {reason}", "  "):
            show(line, fg="red")
    if unknown:
        show()
        for line in folded(
            Sentence.of(
                "connections.unchecked", "  Whether they can be used was not checked: {unknown}", unknown=unknown
            ),
            "  ",
        ):
            show(line, dim=True)


def _reasons() -> tuple[dict[str, str], str]:
    """Return why connections cannot be used, by name, and why that could not be found out."""
    from genai_sdk.client import GenAIClient

    try:
        with GenAIClient(tracing=False) as client:
            return {view.name: view.error for view in client.connections() if view.error}, ""
    except GenAIError as error:
        return {}, error.sentence


def _cells(row: dict[str, Any]) -> list[str]:
    models = list(row["customModels"] or ()) + (
        [Sentence.of("connections.default_models", "default models")] if row["withDefaultModels"] else []
    )
    return [row["provider"], row["adapter"], row["displaySecretKey"], ", ".join(models) or "none"]


@connections.command(short_help="Register connection NAME, tried by a real call first.")
@click.argument("name")
@click.option("--adapter", required=True, type=click.Choice(_ADAPTERS), help="The wire it speaks.")
@click.option("--base-url", help="The endpoint, where it is not the provider's public one.")
@click.option("--model", "models", multiple=True, metavar="ID", help="A model it serves; may be repeated.")
@click.option("--region", help="Bedrock's region.")
@click.option("--location", help="Vertex AI's location.")
@click.option("--header", "headers", multiple=True, metavar="NAME=VALUE", help="A header of every call; repeatable.")
@click.option("--no-default-models", is_flag=True, help="Serve the models named with --model only.")
@click.option("--no-test", is_flag=True, help="Save it without trying it.")
@click.option("--secret-stdin", is_flag=True, help="Read the secret from standard input.")
@click.option("--replace", is_flag=True, help="Write a connection of this name anew, such as with another key.")
def add(name: str, adapter: str, no_test: bool, secret_stdin: bool, replace: bool, **options: Any) -> None:
    """Register connection NAME: asks for the secret, tries it by one real call, and saves it if it works.

    The secret is asked for without echo, or read from standard input; it is never an argument, which others could read.
    """
    from genai_sdk.cli.remote import Remote
    from genai_sdk.client.settings import read_access
    from genai_sdk.client.trial import try_connection

    body = _body(name, adapter, **options)
    access = read_access()
    with Remote(access) as remote:
        before = remote.connections()
        if not replace and any(row["provider"] == name for row in before):
            raise click.ClickException(
                Sentence.of(
                    "connections.exists",
                    "there is a connection {name!r} at {url} already; --replace writes it anew",
                    name=name,
                    url=remote.url,
                )
            )
        body["secretKey"] = read_secret(name, adapter, from_stdin=secret_stdin)
        if not no_test:
            trial = try_connection(record_of(body), transport=access.transport)
            if not trial.ok:
                raise click.ClickException(_refusal(trial))
            show(Sentence.of("connections.answers", "{name} answers: {what}.", name=name, what=describe(trial)))
        remote.put_connection(body)
        show(Sentence.of("connections.saved", "Saved {name} at {url}.", name=name, url=remote.url))
        if _SIMULATED not in (body.get("baseURL") or ""):
            _warn_of_simulated(before, name)


def _body(name: str, adapter: str, **options: Any) -> dict[str, Any]:
    from genai_sdk.catalogue import ADAPTERS
    from genai_sdk.secret import Sealed

    config = {}
    for field in ("region", "location"):
        if options[field] is None:
            continue
        if field not in ADAPTERS[adapter].settings:
            users = ", ".join(row.name for row in ADAPTERS.values() if field in row.settings)
            raise click.UsageError(
                Sentence.of(
                    "connections.field",
                    "--{field} is for {users}, not for {adapter}",
                    field=field,
                    users=users,
                    adapter=adapter,
                )
            )
        config[field] = options[field]
    headers: dict[str, str] = {}
    for header in options["headers"]:
        key, equals, value = header.partition("=")
        if not (equals and key):
            raise click.UsageError(Sentence.of("connections.header", "--header takes NAME=VALUE"))
        headers[key] = value
    body = {
        "provider": name,
        "adapter": adapter,
        "baseURL": options["base_url"],
        "customModels": list(options["models"]),
        "withDefaultModels": not options["no_default_models"],
        "extraHeaders": Sealed(headers) if headers else None,
        "config": config or None,
    }
    return {key: value for key, value in body.items() if value is not None}


def read_secret(name: str, adapter: str, *, from_stdin: bool) -> "Secret":
    """Ask for a secret without echo, or read it from standard input."""
    from genai_sdk.catalogue import ADAPTERS
    from genai_sdk.secret import Secret

    kind = {
        "api_key": Sentence.of("connections.api_key", "API key"),
        "aws": Sentence.of(
            "connections.aws_key", "JSON with accessKeyId and secretAccessKey, or with apiKey, on one line"
        ),
        "service_account": Sentence.of(
            "connections.google_key", "Google's key file as JSON on one line, or an API key"
        ),
    }[ADAPTERS[adapter].secret]
    if from_stdin:
        secret = sys.stdin.read().strip()
    elif sys.stdin.isatty():
        secret = str(
            ask(
                Sentence.of("connections.secret", "Secret of {name} ({kind}; not shown)", name=name, kind=kind),
                hide_input=True,
            )
        ).strip()
    else:
        raise click.UsageError(
            Sentence.of(
                "connections.no_terminal", "there is no terminal to ask for the secret: give it with --secret-stdin"
            )
        )
    if not secret:
        raise click.UsageError(Sentence.of("connections.empty_secret", "the secret is empty"))
    return Secret(secret)


def record_of(body: dict[str, Any]) -> "ConnectionRecord":
    """Return a connection that is not saved, from what would be written."""
    from datetime import UTC, datetime

    from genai_sdk.connections import ConnectionRecord

    now = datetime.now(UTC)
    return ConnectionRecord(
        name=body["provider"],
        adapter=body["adapter"],
        secret=body["secretKey"],
        base_url=body.get("baseURL"),
        custom_models=tuple(body["customModels"]),
        with_default_models=body["withDefaultModels"],
        extra_headers=body.get("extraHeaders"),
        config=body.get("config"),
        created_at=now,
        updated_at=now,
    )


def _refusal(trial: "Trial") -> str:
    from genai_sdk.client.trial import NO_MODEL

    if trial.model is not None:
        return Sentence.of(
            "connections.not_saved_fails",
            "{connection} was not saved, for it does not work: {error}. --no-test saves it untried.",
            connection=trial.connection,
            error=trial.error,
        )
    if trial.error == NO_MODEL:
        return Sentence.of(
            "connections.not_saved_no_model",
            "{connection} was not saved, for there is no model to try it with. Name one with --model.",
            connection=trial.connection,
        )
    return Sentence.of(
        "connections.not_saved", "{connection} was not saved: {error}.", connection=trial.connection, error=trial.error
    )


def describe(trial: "Trial") -> str:
    """Say who answered a trial, and how long that took."""
    from genai_sdk.langfuse.tree import clock

    return Sentence.of("connections.answered_in", "{model} in {clock}", model=trial.model, clock=clock(trial.latency))


def _warn_of_simulated(before: list[dict[str, Any]], name: str) -> None:
    """Say so where a simulated connection would answer before a real one: the older connection comes first."""
    older = [row["provider"] for row in before if _SIMULATED in (row["baseURL"] or "")]
    if not older:
        return
    text = Sentence.of(
        "connections.simulated",
        "Note: {older} is simulated and older, and answers first for models that both serve. Ask "
        "for {name}/MODEL, or remove it: {command} {first}",
        older=", ".join(older),
        name=name,
        command=typed("genai connections remove"),
        first=older[0],
    )
    for line in folded(text, "      "):
        show(line, fg="yellow")


@connections.command(short_help="Try the saved connection NAME by one short call.")
@click.argument("name")
@click.option("--model", metavar="ID", help="The model to ask; else its first custom one, or a cheap default.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def test(name: str, model: str | None, as_json: bool) -> None:
    """Try the saved connection NAME by one short call, which is recorded as any other."""
    trial = call(name, model)
    if as_json:
        click.echo(json_text(trial))
    elif trial.ok:
        show(Sentence.of("connections.answers", "{name} answers: {what}.", name=name, what=describe(trial)))
    else:
        raise click.ClickException(
            Sentence.of("connections.fails", "{name} does not work: {error}", name=name, error=trial.error)
        )
    if not trial.ok:
        raise click.exceptions.Exit(1)


def call(name: str, model: str | None, *, trace_name: str = "genai connections test") -> "Trial":
    """Ask a model of a saved connection one short question, without retries; it is recorded as any other call."""
    from genai_sdk.client import GenAIClient
    from genai_sdk.client.trial import NO_MODEL, QUESTION, TIMEOUT, Trial, makes_vectors, model_to_try, outcome_of
    from genai_sdk.errors import ProviderError

    with GenAIClient(llm_connection_names=[name]) as client:
        (view,) = client.connections()
        client.warm_up().join()  # so that the latency is the provider's
        tried_model = model or model_to_try(view)
        if view.error:
            return Trial(connection=name, error=view.error)
        if tried_model is None:
            return Trial(connection=name, error=f"{NO_MODEL} with --model")
        options: dict[str, Any] = {"timeout": TIMEOUT, "num_retries": 0, "trace_name": trace_name}
        try:
            if makes_vectors(tried_model):
                info = client.embedding(f"{name}/{tried_model}", QUESTION, **options).genai
            else:
                question = [{"role": "user", "content": QUESTION}]
                info = client.completion(f"{name}/{tried_model}", question, **options).genai
        except ProviderError as error:
            return Trial(
                connection=name,
                model=tried_model,
                error=error.sentence,
                status=error.status_code,
                outcome=outcome_of(error),
            )
        return Trial(
            connection=name,
            model=tried_model,
            ok=True,
            latency=info.attempts[-1].latency if info.attempts else info.latency,
            cost=info.cost,
            price_source=info.price_source,
            outcome="answered",
        )


@connections.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask whether it is meant.")
def remove(name: str, yes: bool) -> None:
    """Remove connection NAME with its secret."""
    from genai_sdk.cli.remote import Remote
    from genai_sdk.client.settings import read_access

    with Remote(read_access()) as remote:
        registered = remote.connection(name)
        if not yes:
            confirm(
                Sentence.of(
                    "connections.ask_remove", "Remove {name} and its secret from {url}?", name=name, url=remote.url
                ),
                abort=True,
            )
        remote.delete_connection(registered["id"])
    show(Sentence.of("connections.removed", "Removed {name}.", name=name))
