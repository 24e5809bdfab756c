"""The command `genai`."""

import sys

_INSTALL = "genai: the command line needs the platform's libraries: pip install 'genai-sdk-langfuse[platform]'"


def main() -> None:
    """Run the command line."""
    try:
        import click  # noqa: F401
    except ImportError:
        sys.exit(_INSTALL)
    from genai_sdk.cli.commands import genai

    genai(prog_name="genai")
