"""A trace, as Langfuse's API shows it, drawn for a terminal; what failed is red."""

from collections.abc import Mapping
from typing import Any

import click

from genai_sdk.cli.output import width
from genai_sdk.langfuse.title import title_of
from genai_sdk.langfuse.tree import Row, clock, dollars, draw, line


def tree_of(trace: Mapping[str, Any], indent: str = "") -> str:
    """Return a trace's tree."""
    cost = dollars(trace["totalCost"]) if trace["totalCost"] else None
    tags = [f"#{tag}" for tag in trace["tags"]]
    head = line(trace["name"], clock(trace["latency"]), cost, trace["userId"], trace["sessionId"], *tags)
    rows = [_row(each) for each in sorted(trace["observations"], key=lambda each: each["startTime"])]
    drawn = draw(click.style(head, bold=True), rows, width=width() - len(indent), failed=_red)
    return "\n".join(indent + each for each in drawn.splitlines())


def _red(text: str) -> str:
    return click.style(text, fg="red")


def _row(each: Mapping[str, Any]) -> Row:
    metadata = each["metadata"]
    usage, costs = each["usageDetails"] or {}, each["costDetails"] or {}
    return Row(
        id=each["id"],
        parent_id=each["parentObservationId"],
        type=each["type"],
        title=title_of(each["name"], metadata if isinstance(metadata, dict) else {}),
        seconds=each["latency"] or 0.0,
        model=each["model"],
        usage=usage,
        cost=costs,
        prompt=(each["promptName"], each["promptVersion"]) if each["promptName"] else None,
        level=each["level"],
        status_message=each["statusMessage"],
    )
