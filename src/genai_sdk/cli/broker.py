"""`genai broker`: hands connections to the services of a platform, beside Langfuse's database."""

from typing import Any

import click

from genai_sdk.cli.output import show
from genai_sdk.sentence import Sentence

_INSTALL = Sentence.of("broker.install", "the broker needs its libraries: pip install 'genai-sdk-langfuse[broker]'")


@click.group(invoke_without_command=True, short_help="Hand connections to services that hold a key pair.")
@click.option("--host", help="The address to listen on (GENAI_BROKER_HOST): by default 127.0.0.1.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port (GENAI_BROKER_PORT): by default 4142.")
@click.option("--workers", type=click.IntRange(1), help="Processes that answer (GENAI_BROKER_WORKERS): by default 1.")
@click.option("--tls-cert", type=click.Path(), help="The certificate chain, PEM (GENAI_BROKER_TLS_CERT).")
@click.option("--tls-key", type=click.Path(), help="Its key, PEM (GENAI_BROKER_TLS_KEY).")
@click.option(
    "--auth",
    type=click.Choice(["database", "langfuse"]),
    help="Who checks key pairs (GENAI_BROKER_AUTH): Langfuse's tables, the default, or its API at LANGFUSE_BASE_URL.",
)
@click.option("--policy", type=click.Path(), help="Who may have what, TOML (GENAI_BROKER_POLICY).")
@click.option("--audit", help="A file, - for standard output, which is the default, or off (GENAI_BROKER_AUDIT).")
@click.option("--rate", type=float, help="Requests a second of one key pair (GENAI_BROKER_RATE): by default 100.")
@click.option("--burst", type=float, help="The same at once (GENAI_BROKER_BURST): by default ten times the rate.")
@click.option(
    "--trusted-proxies",
    metavar="NETWORKS",
    help="Whose X-Forwarded-For is believed, with commas (GENAI_BROKER_TRUSTED_PROXIES): by default nobody's.",
)
@click.option(
    "--drain",
    type=float,
    help="Seconds from SIGTERM that it still answers, no longer ready (GENAI_BROKER_DRAIN): by default 0.",
)
@click.option("--check", is_flag=True, help="Look whether all of it can be used, say so, and end.")
@click.pass_context
def broker(ctx: click.Context, /, check: bool, **options: Any) -> None:
    """Hand connections to services that hold a project's key pair, beside Langfuse's PostgreSQL.

    The database is named by GENAI_DATABASE_URL, its key by GENAI_ENCRYPTION_KEY, and its salt by GENAI_SALT. Rate
    limits are shared where GENAI_BROKER_REDIS_URL is set, and GENAI_BROKER_METRICS_TOKEN guards /metrics. Any of these
    may be in a file, whose path is in the variable of the same name with _FILE at its end.
    """
    if ctx.invoked_subcommand is not None:
        return
    try:
        from genai_sdk.broker.serving import check as look
        from genai_sdk.broker.serving import serve
        from genai_sdk.broker.settings import read_broker_settings
    except ImportError as error:
        raise click.ClickException(
            Sentence.of("cli.install", "{install} ({name} is missing)", install=_INSTALL, name=error.name)
        ) from None
    settings = read_broker_settings(options)
    if not check:
        serve(settings)
        return
    for line in look(settings):
        show(line)


@broker.command("check-policy")
@click.argument("file", type=click.Path(dir_okay=False))
def check_policy(file: str) -> None:
    """Say what a policy says, or what is wrong with it."""
    from genai_sdk.broker.policy_summary import summary
    from genai_sdk.broker.service import load_policy

    for line in summary(load_policy(file)):
        show(line)
