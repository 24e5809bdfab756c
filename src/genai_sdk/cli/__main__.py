"""`python -m genai_sdk.cli` is the command `genai`."""

from genai_sdk.cli import main

main()
