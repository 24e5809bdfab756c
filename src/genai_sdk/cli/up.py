"""`genai up`: the local platform in the foreground."""

import shlex
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from genai_sdk.cli.environment import exports
from genai_sdk.cli.next_steps import steps, typed
from genai_sdk.cli.output import ask, folded, show
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:
    from genai_sdk.langfuse.api import Mode
    from genai_sdk.local import Platform

_INSTALL = Sentence.of(
    "up.install", "the local platform needs its libraries: pip install 'genai-sdk-langfuse[platform]'"
)


_NEXT = (
    (
        "genai example quickstart --run",
        Sentence.of("up.first_call", "a first call; `simulated`, which needs no key, answers"),
    ),
    ("genai trace", Sentence.of("up.recorded", "what was recorded of it")),
    (
        "genai connections add openai --adapter openai",
        Sentence.of("up.real_key", "asks for a real key, tries it, keeps it"),
    ),
)


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="A loopback address, or 0.0.0.0, which takes a password."
)
@click.option("--port", default=4141, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where keys, prompts and traces are kept: by default GENAI_HOME, else ~/.genai.",
)
@click.option("--password-stdin", is_flag=True, help="Read the pages' password from standard input.")
@click.option("--trust-host", multiple=True, metavar="NAME", help="Let connections lead there, wherever that is.")
@click.option("--no-loopback", is_flag=True, help="Let no connection lead to this machine itself.")
@click.option(
    "--mode",
    type=click.Choice(["dual", "events_only", "legacy"]),
    default="dual",
    show_default=True,
    help="Which of Langfuse's endpoints answer: old and new, new, or old.",
)
def up(
    host: str,
    port: int,
    data: Path | None,
    password_stdin: bool,
    trust_host: tuple[str, ...],
    no_loopback: bool,
    mode: "Mode",
) -> None:
    """Run the local platform until Ctrl-C.

    It keeps connections, prompts and traces as Langfuse does, for one person on one machine.
    """
    from genai_sdk.client.settings import home_directory

    try:
        from genai_sdk.local import Addresses, Platform, is_loopback, offer_simulated
    except ImportError as error:
        raise click.ClickException(
            Sentence.of("cli.install", "{install} ({name} is missing)", install=_INSTALL, name=error.name)
        ) from None
    alone = is_loopback(host)
    password = _password(interactive=not alone, from_stdin=password_stdin)
    addresses = Addresses(loopback=alone and not no_loopback, hosts=frozenset(name.lower() for name in trust_host))
    running: list[Platform] = []

    def end(number: int, frame: FrameType | None) -> None:
        """End what runs; before anything does, end the command."""
        if not running:
            raise KeyboardInterrupt
        running[0].end()

    before = {each: signal.signal(each, end) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        directory = data or home_directory()
        platform = Platform(directory, host=host, port=port, password=password, addresses=addresses, mode=mode)
        offer_simulated(platform)
        running.append(platform)
        is_default = platform.directory.resolve() == home_directory().resolve()
        platform.run(lambda: _greet(platform, is_default=is_default))
        show(Sentence.of("up.stopped", "\nThe local platform has stopped."))
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _password(*, interactive: bool, from_stdin: bool) -> str | None:
    """Return the pages' password, asked for without echo where others can reach the platform."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    if interactive and sys.stdin.isatty():
        return str(
            ask(Sentence.of("up.password", "A password for the pages, since others can reach them"), hide_input=True)
        )
    return None


def _greet(platform: "Platform", *, is_default: bool) -> None:
    """Say where the platform is, and what to do next.

    Args:
        platform: What runs.
        is_default: Whether other programs look for it in its directory by themselves.
    """
    keys = platform.credentials
    show(Sentence.of("up.runs", "The local platform runs."), bold=True)
    show()
    show(Sentence.of("up.pages", "  pages     {login_url}", login_url=platform.login_url))
    show(Sentence.of("up.address", "  address   {url}", url=platform.url))
    show(Sentence.of("up.data", "  data      {directory}  (for you alone)", directory=platform.directory))
    show(Sentence.of("up.project", "  project   {name}, {id}", name=keys.project_name, id=keys.project_id))
    show()
    if platform.is_new:
        finds = (
            Sentence.of("up.finds", "finds it by itself")
            if is_default
            else Sentence.of("up.finds_home", "finds it where GENAI_HOME is set as below")
        )
        show(
            Sentence.of(
                "up.keys_made",
                "  Its key pair was made just now. GenAIClient() {finds}; for other programs:",
                finds=finds,
            )
        )
        show()
        for line in exports(platform.url, keys.public_key, keys.secret_key):
            show(f"  {line}")
        show()
    directory = shlex.quote(str(platform.directory))
    again = typed("genai env") if is_default else f"{typed('genai env')} --data {directory}"
    show(
        Sentence.of(
            "up.keys_again", '  Its key pair, whenever another program needs it:  eval "$({command})"', command=again
        )
    )
    if not is_default:
        show(
            Sentence.of(
                "up.home",
                "  GenAIClient() and the commands find it with:  export GENAI_HOME={directory}",
                directory=directory,
            )
        )
    show()
    show(Sentence.of("up.next", "  Next, in another terminal:"))
    show()
    for line in steps(_NEXT, "  "):
        show(line)
    show()
    for line in folded(
        Sentence.of(
            "up.not_production", "  It is for trying, teaching and testing, not a production server. Ctrl-C stops it."
        ),
        "  ",
    ):
        show(line)
