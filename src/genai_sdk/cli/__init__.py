"""The command `genai`."""


def main() -> None:
    """Run the command line."""
    raise SystemExit("genai: no commands yet")
