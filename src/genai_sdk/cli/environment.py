"""`genai env`: the running platform's variables, for other programs."""

from pathlib import Path

import click

from genai_sdk.cli.next_steps import typed
from genai_sdk.sentence import Sentence


@click.command()
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="The data directory (GENAI_HOME).")
def env(data: Path | None) -> None:
    """Print the running platform's variables.

    The secret key is among them. Programs that use GenAIClient find the platform by themselves; for others:
    eval "$(genai env)".
    """
    from genai_sdk.client.platform import read_platform
    from genai_sdk.client.settings import home_directory

    home = data or home_directory()
    platform = read_platform(home)
    if platform is None:
        raise click.ClickException(
            Sentence.of(
                "env.no_platform",
                "no local platform runs on {home}: start one with `{command}`",
                home=home,
                command=typed("genai up"),
            )
        )
    for line in exports(platform.url, platform.public_key, platform.secret_key):
        click.echo(line)


def exports(url: str, public_key: str, secret_key: str) -> list[str]:
    """Return the lines that let a shell's programs use a platform."""
    return [
        f"export LANGFUSE_BASE_URL={url}",
        f"export LANGFUSE_PUBLIC_KEY={public_key}",
        f"export LANGFUSE_SECRET_KEY={secret_key}",
    ]
