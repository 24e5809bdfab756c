"""`genai spool`: the traces on this machine's disk that Langfuse does not have yet."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from genai_sdk.cli.headings import headings
from genai_sdk.cli.output import confirm, json_text, show, table
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:
    from genai_sdk.client.settings import LangfuseAccess
    from genai_sdk.tracing.spool.directory import SpoolDirectory, SpoolFile

_WHERE = click.option("--spool", type=click.Path(file_okay=False), help="The spool's directory (GENAI_SPOOL).")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")


@click.group(short_help="Show, send or delete the traces that wait on this disk.")
def spool() -> None:
    """Show, send or delete the traces that wait on this machine's disk.

    They are those of one key pair and one Langfuse.
    """


@spool.command(short_help="Show what waits, and what was set aside and why.")
@_WHERE
@_JSON
def status(spool: str | None, as_json: bool) -> None:
    """Show what waits, what was set aside and why, and what cannot be read."""
    _, directory, _ = _open(spool)
    files = list(directory.survey())
    if as_json:
        show(json_text(files))
    elif files:
        for line in table([headings("STATE", "RECORDS", "BYTES", "OLDEST", "REASON"), *map(_row, files)]):
            show(line)
    else:
        show(Sentence.of("spool.nothing", "nothing waits, nothing was set aside"))


@spool.command()
@_WHERE
@click.option("--set-aside", is_flag=True, help="Try what was set aside once more as well.")
@click.option("--timeout", type=click.FloatRange(1), default=30.0, show_default=True, help="Seconds for each request.")
@_JSON
def replay(spool: str | None, set_aside: bool, timeout: float, as_json: bool) -> None:
    """Send what ended processes have left."""
    from genai_sdk.http import SyncTransport
    from genai_sdk.tracing.spool.replay import replay as send

    access, _, where = _open(spool)
    endpoint = access.endpoint
    with SyncTransport(access.transport) as transport:
        replayed = send(
            where,
            transport,
            host=endpoint.url,
            public_key=endpoint.public_key,
            secret_key=lambda: endpoint.secret_key.reveal(),
            within=timeout,
            set_aside=set_aside,
        )
    if as_json:
        show(json_text(replayed))
    else:
        show(
            Sentence.of(
                "spool.replayed",
                "sent {sent:,}, set aside {set_aside:,}, left {left:,}",
                sent=replayed.sent,
                set_aside=replayed.set_aside,
                left=replayed.left,
            )
        )
    if replayed.left:
        raise click.ClickException(
            Sentence.of(
                "spool.refused",
                "Langfuse at {url} does not take them: {reason}",
                url=endpoint.url,
                reason=replayed.reason,
            )
        )


@spool.command()
@_WHERE
@click.option("--set-aside", is_flag=True, help="Only what was set aside.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def drop(spool: str | None, set_aside: bool, yes: bool) -> None:
    """Delete what no living process uses, without sending it."""
    from genai_sdk.tracing.spool.segment import ASIDE, DRAFT, WAITING

    _, directory, _ = _open(spool)
    suffixes = (ASIDE,) if set_aside else (WAITING, ASIDE, DRAFT)
    what = (
        Sentence.of("spool.set_aside", "what was set aside")
        if set_aside
        else Sentence.of("spool.everything", "every trace that waits or was set aside")
    )
    if not yes:
        confirm(Sentence.of("spool.ask_drop", "Delete {what} in {path}?", what=what, path=directory.path), abort=True)
    show(Sentence.of("spool.dropped", "dropped {count:,}", count=directory.drop(*suffixes)))


def _open(spool: str | None) -> "tuple[LangfuseAccess, SpoolDirectory, str]":
    from genai_sdk.client.settings import read_access, read_spool

    where = spool or read_spool()
    if where is None:
        raise click.ClickException(
            Sentence.of("spool.unknown", "it is not known where the spool is: give --spool DIR or set GENAI_SPOOL")
        )
    access = read_access()
    return access, spool_directory(where, access), where


def spool_directory(where: str, access: "LangfuseAccess") -> "SpoolDirectory":
    """Return the part of a spool that belongs to the project that the commands use.

    Raises:
        ConfigurationError: It is no directory; or others own it or may write to it.
    """
    from genai_sdk.tracing.spool.directory import SpoolDirectory

    endpoint = access.endpoint
    return SpoolDirectory(
        where, host=endpoint.url, public_key=endpoint.public_key, secret_key=lambda: endpoint.secret_key.reveal()
    )


def _row(file: "SpoolFile") -> tuple[str, ...]:
    oldest = "-" if file.oldest is None else datetime.fromtimestamp(file.oldest, UTC).isoformat(" ", "seconds")
    records = "-" if file.records is None else f"{file.records:,}"
    return file.state, records, f"{file.size:,}", oldest, file.reason or ""
