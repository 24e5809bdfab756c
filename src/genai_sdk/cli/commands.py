"""Every command of `genai`, and what is the same for all: help, version, colour, and errors in one line."""

import logging
from typing import IO, Any

import click

from genai_sdk.cli.bench.command import bench
from genai_sdk.cli.broker import broker
from genai_sdk.cli.chat import chat
from genai_sdk.cli.completion import completion
from genai_sdk.cli.connections.command import connections
from genai_sdk.cli.connections.rotate import rotate
from genai_sdk.cli.costs.command import costs
from genai_sdk.cli.demo.command import demo
from genai_sdk.cli.docs import docs, example
from genai_sdk.cli.doctor.command import doctor
from genai_sdk.cli.environment import env
from genai_sdk.cli.explain import explain
from genai_sdk.cli.language import language, language_options
from genai_sdk.cli.models import models
from genai_sdk.cli.prompts.commands import prompts
from genai_sdk.cli.rehearse.command import rehearse
from genai_sdk.cli.replay.command import replay
from genai_sdk.cli.spool import spool
from genai_sdk.cli.sunset.command import sunset
from genai_sdk.cli.traces.command import traces
from genai_sdk.cli.traces.trace import trace
from genai_sdk.cli.translated_help import Context, in_language
from genai_sdk.cli.up import up
from genai_sdk.cli.whatif.command import whatif
from genai_sdk.errors import GenAIError
from genai_sdk.sentence import Sentence
from genai_sdk.translation import USUAL, translated
from genai_sdk.version import __version__


class Failure(click.ClickException):
    """A command that failed, with why in the reader's language."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print it."""
        click.echo(self.message, file=file, err=file is None)


class Commands(click.Group):
    """A group whose commands' errors are one message, never a traceback, in the reader's language as their help is."""

    context_class = Context

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except GenAIError as error:
            raise Failure(_failed(error.sentence, language(ctx))) from None
        except click.UsageError as error:
            error.message = translated(error.message, language(ctx))  # type: ignore[misc] # click shows it with the usage
            raise
        except click.ClickException as error:
            raise Failure(_failed(error.format_message(), language(ctx))) from None

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, which explains itself in the reader's language."""
        command, code = super().get_command(ctx, cmd_name), language(ctx)
        if command is None or code == USUAL or command.context_class is Context:
            return command
        return in_language(command, cmd_name, code)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help in the reader's language."""
        code = language(ctx)
        made = self if code == USUAL else in_language(self, "", code)
        assert isinstance(made, click.Group), "a copy of this one"
        click.Group.format_help(made, ctx, formatter)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order they are needed."""
        return list(self.commands)


def _failed(what: str, code: str) -> str:
    return translated(Sentence.of("cli.error", "Error: {what}", what=what), code)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="genai")
@click.option("no_color", "--no-color-because", envvar="NO_COLOR", hidden=True)
@language_options
@click.pass_context
def genai(ctx: click.Context, no_color: str | None) -> None:
    """One Python client over every LLM provider, on keys that live in Langfuse.

    `genai demo` shows it, `genai up` runs a local platform to try it on. The other commands use the Langfuse that
    LANGFUSE_BASE_URL, LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY name, else the local platform that runs.
    """
    if no_color:  # https://no-color.org
        ctx.color = False
    logging.basicConfig(format="genai: %(message)s", level=logging.WARNING)


connections.add_command(rotate)
for _command in (
    demo,
    up,
    env,
    doctor,
    connections,
    models,
    explain,
    chat,
    prompts,
    trace,
    traces,
    costs,
    rehearse,
    bench,
    whatif,
    sunset,
    replay,
    spool,
    broker,
    docs,
    example,
    completion,
):
    genai.add_command(_command)
