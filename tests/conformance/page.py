"""Makes docs/router-differences.md of the scenarios: `python -m tests.conformance.page` writes it anew."""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from tests.conformance.scenario import MODEL, Scenario
from tests.conformance.sections import SCENARIOS, SECTIONS, Section

PAGE = Path(__file__).parents[2] / "docs" / "router-differences.md"

_HEAD = """\
<!-- Made by `python -m tests.conformance.page` from tests/conformance/. Change it there. -->
# Where we differ from litellm.Router

{total} scenarios of failure and fallback, each played over real HTTP against fake providers: through our attempt loop,
and through a genuine `litellm.Router` ({version}) with the same deployments and the same `router_args`. The tests in
`tests/conformance/` hold both sides to what stands here, so a litellm that behaves otherwise is noticed.

In {same} of them both do the same, in {differ} they do not. Which of the two a user would expect there is our own
judgement: ours in {ours}, Router's in {router}, either in {either}.

How to read it: `seoul, wait, usa: answer` means that seoul was asked first, that nothing happened for a while, and that
usa answered. A wait is *long* from 2 s on. `seoul` and `usa` serve the model asked for, `lab` the model `spare`. A call
can be pinned to a connection (`seoul/{model}`). Several calls of one scenario stand on lines of their own.
Nobody sees a connection asked that refuses to connect. Router has every deployment under the model's name and under
`connection/model`, and prefers them in connection order, by its `order`, unless the scenario says otherwise.
"""


def render() -> str:
    """Return the page."""
    differing = [scenario for scenario in SCENARIOS if not scenario.same]
    head = _HEAD.format(
        total=len(SCENARIOS),
        version=version("litellm"),
        same=len(SCENARIOS) - len(differing),
        differ=len(differing),
        **{side.lower(): sum(one.expected == side for one in differing) for side in ("ours", "Router", "either")},
        model=MODEL,
    )
    return "\n".join([head, *map(_section, SECTIONS)])


def _section(section: Section) -> str:
    rows = [
        "| scenario | ours | Router | same? | why |",
        "|---|---|---|---|---|",
        *map(_row, section.scenarios),
    ]
    return "\n".join([f"## {section.title}", "", *rows, ""])


def _row(scenario: Scenario) -> str:
    router = "the same" if scenario.same else _lines(scenario.router)
    why = f"{scenario.why} Expected: {scenario.expected}." if scenario.why else ""
    cells = (scenario.name, _lines(scenario.ours), router, "yes" if scenario.same else "**no**", why)
    return f"| {' | '.join(cells)} |"


def _lines(calls: Sequence[str]) -> str:
    return "<br>".join(calls)


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
