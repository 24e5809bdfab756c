"""How values look in a notebook: HTML in which nothing of a value's text is markup. Pure.

IPython asks a value for `_repr_html_` and `_repr_markdown_`
(https://ipython.readthedocs.io/en/stable/config/integrating.html); neither needs IPython.
"""

from collections.abc import Iterable, Sequence
from html import escape

_LEFT = ' style="text-align:left"'  # notebooks put the text of cells to the right
_TEXT = ' style="text-align:left;white-space:pre-wrap"'


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def table(head: Sequence[str], rows: Iterable[Sequence[object]], caption: str = "") -> Html:
    """Return a table.

    Args:
        head: The columns' names.
        rows: What is in them; text that is no `Html` is shown as it is, None as nothing.
        caption: What stands above.
    """
    names = "".join(f"<th{_LEFT}>{escape(name)}</th>" for name in head)
    body = "".join(f"<tr>{''.join(f'<td{_TEXT}>{_cell(item)}</td>' for item in row)}</tr>" for row in rows)
    above = f"<caption{_LEFT}>{_cell(caption)}</caption>" if caption else ""
    return Html(f"<table>{above}<thead><tr>{names}</tr></thead><tbody>{body}</tbody></table>")


def link(url: str | None, text: str) -> Html:
    """Return a link, or the text alone where there is no address of the web."""
    if url is None or not url.startswith(("http://", "https://")):
        return Html(escape(text))
    return Html(f'<a href="{escape(url)}" target="_blank" rel="noopener">{escape(text)}</a>')


def joined(parts: Iterable[str]) -> Html:
    """Return the parts that are there on one line."""
    return Html(" · ".join(_cell(part) for part in parts if part))


def seconds(time: float) -> str:
    """Return a time in words."""
    return f"{time * 1000:.0f} ms" if time < 1 else f"{time:.1f} s"


def dollars(cost: float | None) -> str:
    """Return a cost in words; of one that is not known, nothing."""
    return "" if cost is None else f"${cost:.6f}".rstrip("0").rstrip(".")


def _cell(item: object) -> str:
    return item if isinstance(item, Html) else "" if item is None else escape(str(item))
