"""A trace, as Langfuse's API shows it, drawn for a terminal; what failed is red."""

import click

from genai_sdk.cli.output import width
from genai_sdk.cli.traces.reader import RecordedTrace
from genai_sdk.langfuse.tree import clock, dollars, draw, line


def tree_of(trace: RecordedTrace, indent: str = "") -> str:
    """Return a trace's tree."""
    cost = dollars(trace.cost) if trace.cost else None
    head = line(trace.name, clock(trace.seconds), cost, trace.user, trace.session, *(f"#{tag}" for tag in trace.tags))
    drawn = draw(click.style(head, bold=True), trace.observations, width=width() - len(indent), failed=_red)
    return "\n".join(indent + each for each in drawn.splitlines())


def _red(text: str) -> str:
    return click.style(text, fg="red")
