"""`genai completion`: what makes a shell complete the commands, as click does it."""

import click
from click.shell_completion import get_completion_class

# https://click.palletsprojects.com/en/stable/shell-completion/
_VARIABLE = "_GENAI_COMPLETE"


@click.command(short_help="Print a script that completes commands in SHELL.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print a script that makes SHELL complete commands, options and choices.

    bash: eval "$(genai completion bash)" in ~/.bashrc, likewise for zsh in ~/.zshrc; for fish: genai completion fish >
    ~/.config/fish/completions/genai.fish
    """
    made = get_completion_class(shell)
    assert made is not None
    click.echo(made(ctx.find_root().command, {}, "genai", _VARIABLE).source())
