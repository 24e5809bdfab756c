"""`genai connections rotate`: another secret for a connection, without a lost call."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, NoReturn

import click

from genai_sdk.cli.connections.command import call, read_secret, record_of
from genai_sdk.cli.next_steps import typed
from genai_sdk.cli.output import json_text, show
from genai_sdk.errors import ConfigurationError, GenAIError
from genai_sdk.secret import Secret
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:
    from genai_sdk.cli.connections.rotation import Clock, Rotation, RotationResult, Waiting
    from genai_sdk.cli.remote import Remote
    from genai_sdk.client.trial import Trial
    from genai_sdk.connections import ConnectionRecord

_EXITS = {"rotated": 0, "refused": 1, "undone": 1, "held": 3, "broken": 4}
_KEPT = ("adapter", "baseURL", "config")
_SECONDS = click.FloatRange(min=0)


@click.command(short_help="Give connection NAME another secret, tried on the way.")
@click.argument("name")
@click.option("--secret-stdin", is_flag=True, help="Read the new secret from standard input.")
@click.option("--model", metavar="ID", help="The model to ask; else its first custom one, or a cheap default.")
@click.option("--metrics", "urls", multiple=True, metavar="URL", help="A broker's numbers; once for each replica.")
@click.option(
    "--quiet",
    type=_SECONDS,
    default=300.0,
    show_default=True,
    help="Seconds that nobody must have shown the old version.",
)
@click.option(
    "--wait",
    type=_SECONDS,
    default=360.0,
    show_default=True,
    help="Seconds to wait where no broker says who holds what.",
)
@click.option(
    "--timeout", type=_SECONDS, default=1800.0, show_default=True, help="Seconds to wait at most for those who hold it."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing on the way.")
def rotate(
    name: str,
    secret_stdin: bool,
    model: str | None,
    urls: tuple[str, ...],
    quiet: float,
    wait: float,
    timeout: float,
    as_json: bool,
) -> None:
    """Give connection NAME another secret: try it, switch, call, and wait until the old one may be retired.

    Exits with 0 when the old secret may be retired; with 1 if the old one serves on; with 3 if the new one serves, and
    the old one may still be in use; with 4 if neither is known to serve.
    """
    from genai_sdk.cli.connections.rotation import Waiting
    from genai_sdk.cli.remote import Remote
    from genai_sdk.client.settings import read_access
    from genai_sdk.routing import Clock

    waiting = Waiting(blind=wait, quiet=quiet, longest=timeout)
    say = (lambda _: None) if as_json else show
    with Remote(read_access()) as remote:
        row = remote.connection(name)
        secret = read_secret(name, row["adapter"], from_stdin=secret_stdin)
        result = run_rotation(remote, row, secret, model=model, urls=urls, waiting=waiting, say=say, clock=Clock())
    if as_json:
        click.echo(json_text(result))
    else:
        _tell(result)
    if code := _EXITS[result.state]:
        raise click.exceptions.Exit(code)


def run_rotation(
    remote: "Remote",
    row: dict[str, Any],
    secret: Secret,
    *,
    waiting: "Waiting",
    clock: "Clock",
    say: Callable[[str], Any],
    model: str | None = None,
    urls: Sequence[str] = (),
) -> "RotationResult":
    """Rotate a connection to another secret.

    Args:
        remote: Langfuse's API, where it is written.
        row: The connection as that shows it.
        secret: The new secret.
        waiting: How long the old one is waited for.
        clock: Waits.
        say: Is told of each step.
        model: The model to ask.
        urls: Where the numbers of brokers are; none for that of the environment.
    """
    with ExitStack() as stack:
        return _rotation(remote, row, secret, stack, waiting, clock, say, model, urls).run()


def _rotation(
    remote: "Remote",
    row: dict[str, Any],
    secret: Secret,
    stack: ExitStack,
    waiting: "Waiting",
    clock: "Clock",
    say: Callable[[str], Any],
    model: str | None,
    urls: Sequence[str],
) -> "Rotation":
    from genai_sdk.cli.connections.holders import BrokerNumbers
    from genai_sdk.cli.connections.rotation import Effects, Rotation, RotationResult
    from genai_sdk.client.settings import read_metrics_access
    from genai_sdk.client.stored import StoredConnections
    from genai_sdk.client.trial import try_connection
    from genai_sdk.langfuse.new_connection import display_secret

    name = row["provider"]
    old, stored, unread = None, None, ""
    try:
        stored = stack.enter_context(StoredConnections())
        old = stored.read(name)
    except GenAIError as error:
        stored, unread = None, error.sentence
    body = _body(row, old, unread)
    if old is not None and old.secret == secret:
        raise click.ClickException(
            Sentence.of("rotate.same_secret", "this is the secret that {name} has already", name=name)
        )

    def attempt(new: Secret) -> "Trial":
        return try_connection(record_of({**body, "secretKey": new}), model=model, transport=remote.access.transport)

    def write(new: Secret) -> str:
        remote.put_connection({**body, "secretKey": new})
        return str(remote.connection(name)["updatedAt"])

    metrics = read_metrics_access()
    numbers = BrokerNumbers(urls or ((metrics.url,) if metrics.url else ()), metrics)
    effects = Effects(
        attempt=attempt,
        write=write,
        read=None if stored is None else lambda: stored.read(name),
        call=lambda: call(name, model, trace_name="genai connections rotate"),
        look=numbers.look if numbers.urls else None,
        project=remote.project_id,
        say=say,
        clock=clock,
    )
    result = RotationResult(
        connection=name,
        old_secret=row["displaySecretKey"],
        new_secret=display_secret(row["adapter"], secret.reveal()),
    )
    usable = old if old is not None and old.error is None and old.expires_at is None else None
    return Rotation(result, effects, old=None if usable is None else usable.secret, new=secret, waiting=waiting)


def _body(row: dict[str, Any], old: "ConnectionRecord | None", unread: str) -> dict[str, Any]:
    """Return what is written beside the secret: Langfuse replaces the whole row, and shows no header's value."""
    body: dict[str, Any] = {
        "provider": row["provider"],
        "customModels": list(row["customModels"] or ()),
        "withDefaultModels": row["withDefaultModels"],
        **{name: row[name] for name in _KEPT if row.get(name) is not None},
    }
    if row["extraHeaderKeys"]:
        if old is None or not old.headers:
            names = ", ".join(row["extraHeaderKeys"])
            reason = f" ({unread})" if unread else ""
            raise ConfigurationError(
                Sentence.of(
                    "rotate.headers",
                    "{name} has extra headers ({names}), whose values Langfuse does not show and clients "
                    "cannot read here{reason}: write it anew with {command} {name} --replace --header …",
                    name=row["provider"],
                    names=names,
                    reason=reason,
                    command=typed("genai connections add"),
                )
            )
        body["extraHeaders"] = old.extra_headers
    return body


def _tell(result: "RotationResult") -> None:
    name = result.connection
    if result.state == "rotated":
        known = (
            Sentence.of("rotate.nobody", "nobody shows it any more")
            if result.evidence == "metrics"
            else Sentence.of("rotate.waited", "{waited:.0f} s have passed", waited=result.waited)
        )
        show(
            Sentence.of(
                "rotate.done",
                "{name} is rotated to {new_secret}. The old secret {old_secret} may be retired: {known}.",
                name=name,
                new_secret=result.new_secret,
                old_secret=result.old_secret,
                known=known,
            )
        )
    elif result.state == "held":
        holders = "; ".join(f"{each.public_key} ({each.version})" for each in result.holders)
        show(
            Sentence.of(
                "rotate.not_yet",
                "{name} serves with {new_secret}, but do not retire {old_secret} yet: {error}{holders}.",
                name=name,
                new_secret=result.new_secret,
                old_secret=result.old_secret,
                error=result.error,
                holders=f": {holders}" if holders else "",
            )
        )
    else:
        _fail(result)


def _fail(result: "RotationResult") -> NoReturn:
    name, error = result.connection, result.error
    text = {
        "refused": Sentence.of("rotate.left", "{name} was left as it is: {error}", name=name, error=error),
        "undone": Sentence.of(
            "rotate.restored",
            "{name} has its old secret again, for the new one did not serve: {error}",
            name=name,
            error=error,
        ),
        "broken": Sentence.of(
            "rotate.neither",
            "{name} has the new secret, which does not serve, and the old one could not be put back: "
            "{error}. Write a good one with {command} {name}",
            name=name,
            error=error,
            command=typed("genai connections rotate"),
        ),
    }[result.state]
    show(Sentence.of("cli.error", "Error: {what}", what=text), err=True, fg="red")
    raise click.exceptions.Exit(_EXITS[result.state])
