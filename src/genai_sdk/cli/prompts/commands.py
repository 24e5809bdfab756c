"""`genai prompts` and its commands."""

import click

from genai_sdk.cli.prompts.check import check, codegen
from genai_sdk.cli.prompts.label import label_prompt
from genai_sdk.cli.prompts.reading import diff, list_prompts, show_prompt
from genai_sdk.cli.prompts.writing import pull, push


@click.group(no_args_is_help=True, short_help="Keep prompts as files, in step with Langfuse.")
def prompts() -> None:
    """Keep prompts as files of a repository, and in step with Langfuse.

    The prompt support/greeting is prompts/support/greeting.md: a head with type, tags and config, and the text.
    """


for _command in (list_prompts, show_prompt, diff, pull, push, label_prompt, check, codegen):
    prompts.add_command(_command)
