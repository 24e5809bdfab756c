"""Help in another language than English: a copy of a command whose texts are the catalogue's."""

import copy
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import click

from genai_sdk.cli.columns import padded, width_of, wrapped
from genai_sdk.cli.language import language
from genai_sdk.translation import USUAL

_SHORT = "short"
_WIDEST_NAME = 30


def in_language(command: click.Command, path: str, code: str) -> click.Command:
    """Return a command that explains itself in another language.

    Args:
        command: The command.
        path: How it is called behind `genai`, such as `prompts push`; empty for `genai` itself.
        code: The language.
    """
    texts, shared = help_texts(code).get(path or "genai", {}), help_texts(code)["options"]
    made = copy.copy(command)
    made.context_class = Context
    made.help = texts.get("about", command.help)
    made.short_help = texts.get(_SHORT, made.short_help)
    made.params = [*(_option(each, texts, shared) for each in command.params), _help_option(shared["--help"])]
    if isinstance(command, click.Group) and isinstance(made, click.Group):
        made.commands = {
            name: in_language(each, f"{path} {name}".strip(), code) for name, each in command.commands.items()
        }
    return made


@cache
def help_texts(code: str) -> Mapping[str, Mapping[str, str]]:
    """Return the texts of a language by command: `about`, perhaps `short`, and those of its own options.

    Under `options` stand those of options that several commands have; under `words` the help's own headings.
    """
    import tomllib  # English needs neither
    from importlib.resources import files

    text = (files("genai_sdk.cli") / "words" / f"{code}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


class Context(click.Context):
    """A command's context, whose help is laid out by columns and headed in the reader's language."""

    def make_formatter(self) -> click.HelpFormatter:
        """Return what help is written with."""
        if language(self) == USUAL:
            return super().make_formatter()
        return Formatter(help_texts(language(self))["words"], self.terminal_width, self.max_content_width)


class Formatter(click.HelpFormatter):
    """Help in a language whose letters may take two columns.

    Args:
        words: The headings, by click's own.
        columns: The terminal's width, or None to look.
        most: The most columns to use, or None.
    """

    def __init__(self, words: Mapping[str, str], columns: int | None, most: int | None) -> None:
        super().__init__(width=columns, max_width=most)
        self._words = words

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how the command is called."""
        super().write_usage(prog, args, f"{self._words['Usage']}: " if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        """Write a heading."""
        super().write_heading(self._words.get(heading, heading))

    def write_text(self, text: str) -> None:
        """Write paragraphs."""
        margin = " " * self.current_indent
        for number, paragraph in enumerate(text.split("\n\n")):
            line = " ".join(paragraph.split())
            self.write(
                "\n" * bool(number) + "".join(f"{each}\n" for each in wrapped(margin + line, self.width, margin))
            )

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = _WIDEST_NAME, col_spacing: int = 2) -> None:
        """Write names with what is said of each."""
        margin, entries = " " * self.current_indent, list(rows)
        size = min(max(width_of(name) for name, _ in entries), col_max) + col_spacing
        for name, text in entries:
            self.write("".join(f"{line}\n" for line in _entry(margin, name, text, size, self.width)))


def _entry(margin: str, name: str, text: str, size: int, columns: int) -> Iterator[str]:
    beside = margin + " " * size
    lines = wrapped(beside + text, columns, beside) if text else [""]
    if width_of(name) >= size:
        yield margin + name
    else:
        lines[0] = margin + padded(name, size) + lines[0].strip()
    yield from (line.rstrip() for line in lines)


def _option(parameter: click.Parameter, texts: Mapping[str, str], shared: Mapping[str, str]) -> click.Parameter:
    if not isinstance(parameter, click.Option) or parameter.hidden:
        return parameter
    made = copy.copy(parameter)
    made.help = texts.get(parameter.opts[0]) or shared.get(parameter.opts[0], parameter.help)
    return made


def _help_option(text: str) -> click.Option:
    def show(ctx: click.Context, _: click.Parameter, wanted: Any) -> None:
        if wanted and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), color=ctx.color)
            ctx.exit()

    return click.Option(["-h", "--help"], is_flag=True, is_eager=True, expose_value=False, help=text, callback=show)
