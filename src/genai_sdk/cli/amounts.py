"""Dollars and seconds as options take them."""

from typing import Any

import click

from genai_sdk.sentence import Sentence


class Amount(click.FloatRange):
    """A number within a range; `nan` is none, since no amount is above it and it would bound nothing."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read a number."""
        amount = super().convert(value, param, ctx)
        if amount != amount:
            self.fail(Sentence.of("cli.no_number", "{value!r} is no number", value=value), param, ctx)
        return amount
