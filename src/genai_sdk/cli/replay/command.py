"""`genai replay`: what it takes, and which of its two works is meant."""

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from genai_sdk.cli.amounts import Amount
from genai_sdk.cli.moments import moment
from genai_sdk.cli.router_args import WHERE, load_router_args
from genai_sdk.sentence import Sentence

_OF_CALLS = (
    "judge",
    "prompt",
    "page",
    "run",
    "dataset",
    "max_cost",
    "as_json",
    "allow_unpriced",
    "concurrency",
    "router_args",
)
_OF_CHOICE = ("until", "limit", "name", "user", "session", "environment", "from_model", "from_prompt")


@click.command(short_help="Make recorded calls again, on another model or prompt.")
@click.argument("trace_ids", metavar="[TRACE_ID]...", nargs=-1)
@click.option(
    "--since", metavar="TIME", help="A sample of what began since: 90s, 15m, 2h or 7d ago, or an ISO 8601 time."
)
@click.option("--until", metavar="TIME", help="And before then.")
@click.option(
    "--dataset", metavar="NAME", help="Replay this dataset; with a choice of traces, what they are written to."
)
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="How many of a sample.")
@click.option("--name", help="Of the trace or the call.")
@click.option("--user", help="Of this user.")
@click.option("--session", help="Of this session.")
@click.option("--environment", help="From this environment.")
@click.option("--from-model", metavar="MODEL", help="That this model answered.")
@click.option("--from-prompt", metavar="NAME[@VERSION]", help="That were made with this prompt.")
@click.option("--model", help="The model to ask in place of the recorded one.")
@click.option("--prompt", metavar="NAME[@LABEL|@VERSION]", help="The version to put in place of the recorded one.")
@click.option("--judge", metavar="NAME[@LABEL|@VERSION]", help="A prompt that judges each answer.")
@click.option("--max-cost", type=Amount(0), metavar="DOLLARS", help="What may be spent; without it, nothing is.")
@click.option("--allow-unpriced", is_flag=True, help="Ask models whose price is not known too.")
@click.option(
    "--router-args",
    metavar="SOURCE",
    envvar="GENAI_ROUTER_ARGS",
    help=f"Where your router_args are, with aliases and fallbacks: {WHERE} (GENAI_ROUTER_ARGS).",
)
@click.option("--concurrency", type=click.IntRange(1, 64), default=4, show_default=True, help="Calls at a time.")
@click.option("--run", metavar="NAME", help="What the run is called.  [default: the model and the prompt's version]")
@click.option("--page", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write an HTML page too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")
@click.option("--cassette", is_flag=True, help="Call nobody, and write the calls as a cassette for tests.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Where the cassette goes."
)
@click.option(
    "--mask", metavar="MODULE:NAME", help="A mask to go over what was recorded once more, as the client's is."
)
@click.pass_context
def replay(ctx: click.Context, /, cassette: bool, output: Path | None, **options: Any) -> None:
    """Make recorded calls again, on another model or with another version of a prompt.

    Shows the answers side by side with cost, latency and what a judge says, and writes them as a run over a Langfuse
    dataset. What it will cost is shown first; nothing is called without --max-cost. The same command again goes on
    where it was interrupted.

    With --cassette nobody is called: the calls become a cassette, which holds what users wrote and models answered.
    """
    _refuse_idle(ctx, "with --cassette nobody is called" if cassette else None)
    page = options["page"]
    if page is not None and not page.absolute().parent.is_dir():
        raise click.ClickException(
            Sentence.of(
                "replay.no_folder",
                "{file} cannot be written: there is no folder {folder}",
                file=page,
                folder=page.parent,
            )
        )
    wanted, trace_ids = _selection(options), options.pop("trace_ids")
    mask = options.pop("mask")
    if not trace_ids and wanted.since is None and (options["dataset"] is None or cassette):
        raise click.UsageError(
            Sentence.of("replay.nothing_named", "say what to replay: a TRACE_ID, --since, or --dataset")
        )
    if cassette:
        from genai_sdk.cli.replay.recording import record_cassette

        if output is None:
            raise click.UsageError(
                Sentence.of("replay.cassette_output", "--cassette takes --output FILE, the file to write")
            )
        record_cassette(trace_ids, wanted, output, options["model"], mask)
        return
    if output is not None:
        raise click.UsageError(
            Sentence.of(
                "replay.output", "--output is the cassette's, which --cassette writes; a page is written by --page"
            )
        )
    if options["model"] is None and options["prompt"] is None:
        raise click.UsageError(Sentence.of("replay.nothing_to_try", "say what to try: --model, --prompt, or both"))
    from genai_sdk.cli.replay.work import Order, run_replay

    source = options.pop("router_args")
    router_args = {} if source is None else load_router_args(source)
    ctx.exit(run_replay(Order(trace_ids=trace_ids, wanted=wanted, mask=mask, router_args=router_args, **options)))


def _refuse_idle(ctx: click.Context, because: str | None) -> None:
    """Refuse options that would not be heeded.

    Raises:
        click.UsageError: There is one.
    """
    given = {
        name: parameter.opts[-1]
        for parameter in ctx.command.params
        if (name := parameter.name) and ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }
    reasons: list[tuple[str, tuple[str, ...]]] = []
    if because is not None:
        reasons.append((because, _OF_CALLS))
    if ctx.params["trace_ids"]:
        reasons.append(("TRACE_ID says what to replay", ("since", "until", "limit")))
    elif ctx.params["since"] is None and ctx.params["dataset"] is not None:
        reasons.append(("--dataset says what to replay", (*_OF_CHOICE, "mask")))
    for reason, names in reasons:
        for name in names:
            if name in given:
                raise click.UsageError(
                    Sentence.of("replay.unheeded", "{reason}: leave {option} out", reason=reason, option=given[name])
                )


def _selection(options: dict[str, Any]) -> Any:
    """Take the options that choose recorded calls out of all."""
    from genai_sdk.cli.replay.selection import Selection

    since, until = options.pop("since"), options.pop("until")
    prompt, version = options.pop("from_prompt"), None
    if prompt is not None and "@" in prompt:
        prompt, _, number = prompt.rpartition("@")
        if not number.isdecimal():
            raise click.UsageError(
                Sentence.of(
                    "replay.from_prompt",
                    "--from-prompt takes NAME or NAME@VERSION, such as greeting@3, not {prompt}@{version}",
                    prompt=prompt,
                    version=number,
                )
            )
        version = int(number)
    return Selection(
        since=None if since is None else moment(since),
        until=None if until is None else moment(until, "--until"),
        model=options.pop("from_model"),
        prompt=prompt,
        version=version,
        **{name: options.pop(name) for name in ("name", "user", "session", "environment", "limit")},
    )
