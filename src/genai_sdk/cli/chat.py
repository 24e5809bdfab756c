"""`genai chat`: talk to a model in the terminal."""

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from genai_sdk.cli.output import ask, json_line, printable, show
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:
    from genai_sdk.cli.conversation import Conversation, Turn

_HELP = Sentence.of(
    "chat.help",
    "/model NAME          ask another model (without NAME: say which is asked)\n/prompt NAME "
    "[LABEL] begin anew with a prompt; its variables are asked for\n/clear               "
    "forget what was said\n/quit                end, as does Ctrl-D; Ctrl-C stops an answer",
)


@click.command()
@click.argument("message", required=False)
@click.option("--model", help="The model to ask.  [default: the prompt's]")
@click.option("--prompt", "prompt", metavar="NAME", help="The prompt to begin with.")
@click.option("--label", help="Its version with this label.  [default: production]")
@click.option("--var", "variables", metavar="NAME=VALUE", multiple=True, help="A variable of it; may be repeated.")
@click.option("--system", help="What the model is told first.")
@click.option("--json", "as_json", is_flag=True, help="Print a line of JSON for each answer.")
def chat(
    message: str | None,
    model: str | None,
    prompt: str | None,
    label: str | None,
    variables: tuple[str, ...],
    system: str | None,
    as_json: bool,
) -> None:
    """Talk to a model, or say MESSAGE and end.

    Answers stream; below each stands who served it, what failed before, tokens and cost. Where no terminal is read,
    each line is a message, and the exit code is 1 if one was not answered.
    """
    import uuid

    from genai_sdk.cli.conversation import Conversation
    from genai_sdk.client import GenAIClient

    if prompt is None and (label is not None or variables):
        raise click.UsageError(Sentence.of("chat.prompt_options", "--label and --var belong to a --prompt"))
    if prompt is not None and system is not None:
        raise click.UsageError(
            Sentence.of("chat.both", "--system and --prompt both say what the model is told first: give one of them")
        )
    is_asking = message is None and sys.stdin.isatty() and not as_json
    with GenAIClient() as client:
        talk = Conversation(client, None, system, f"genai-chat-{uuid.uuid4().hex[:12]}")
        if model is not None:
            talk.ask_model(model)
        if prompt is not None:
            _use(talk, prompt, label, _pairs(variables), is_asking=is_asking)
        if talk.model is None and not is_asking:
            names = ", ".join(row.name for row in client.models()[:12])
            raise click.UsageError(
                Sentence.of(
                    "chat.no_model",
                    "say which model to ask, by --model; there are {names} … (genai models)",
                    names=names,
                )
            )
        if message is not None:
            failed = not _answered(talk, message, as_json=as_json)
        elif is_asking:
            failed = _talk(talk)
        else:
            turns = [_answered(talk, line.strip(), as_json=as_json) for line in sys.stdin if line.strip()]
            failed = not all(turns)
    if failed:
        raise click.exceptions.Exit(1)


def _talk(talk: "Conversation") -> bool:
    """Read and answer until the end; returns False, since whoever reads knows what failed."""
    from genai_sdk.errors import GenAIError

    with suppress(ImportError):  # which Windows has not
        import readline  # noqa: F401 - once it is there, lines are edited and earlier ones come back

    show(Sentence.of("chat.begin", "Ask away; /help says what else there is."), dim=True)
    if talk.model is None:
        show(Sentence.of("chat.choose", "No model is chosen yet: /model NAME, or /prompt NAME."), fg="yellow")
    while True:
        try:
            line = ask(click.style(talk.model or "?", fg="cyan"), prompt_suffix=" > ", default="", show_default=False)
        except click.Abort:
            click.echo()
            return False
        try:
            if line.strip() in ("/quit", "/exit"):
                return False
            if line.startswith("/"):
                _command(talk, line)
            elif line.strip():
                _answered(talk, line, as_json=False)
        except GenAIError as error:
            show(error.sentence, fg="red")


def _command(talk: "Conversation", line: str) -> None:
    word, *rest = line.split()
    if word == "/model" and len(rest) <= 1:
        if rest:
            talk.ask_model(rest[0])
        show(
            Sentence.of("chat.asks", "asks {model}", model=talk.model)
            if talk.model
            else Sentence.of("chat.not_chosen", "no model is chosen: /model NAME"),
            dim=True,
        )
    elif word == "/prompt" and 1 <= len(rest) <= 2:
        _use(talk, rest[0], rest[1] if len(rest) > 1 else None, {}, is_asking=True)
    elif word == "/clear" and not rest:
        talk.clear()
        show("forgotten", dim=True)
    else:
        show(_HELP, dim=True)


def _use(talk: "Conversation", name: str, label: str | None, variables: dict[str, str], *, is_asking: bool) -> None:
    given = dict(variables)
    missing = [each for each in talk.variables(name, label) if each not in given]
    if missing and not is_asking:
        raise click.UsageError(f"prompt {name!r} needs " + " ".join(f"--var {each}=…" for each in missing))
    for each in missing:
        given[each] = ask(each, default="", show_default=False)
    version = talk.use_prompt(name, label, given)
    if is_asking:
        show(
            Sentence.of(
                "chat.prompt",
                "prompt {name}, version {version}; asks {model}",
                name=name,
                version=version,
                model=talk.model or "no model yet: /model NAME",
            ),
            dim=True,
        )


def _answered(talk: "Conversation", message: str, *, as_json: bool) -> bool:
    """Say something, print the answer, and return whether there was one."""
    turn: Turn | None = None
    answer = talk.say(message)
    try:
        for piece in answer:
            if not isinstance(piece, str):
                turn = piece
            elif not as_json:
                click.echo(printable(piece), nl=False)
    except KeyboardInterrupt:
        answer.close()  # type: ignore[attr-defined]
        click.echo()
        show(Sentence.of("chat.stopped", "stopped; what came is kept"), dim=True)
        return True
    if turn is None:
        return False
    if as_json:
        click.echo(json_line(turn))
        return not turn.error
    if turn.text:
        click.echo()
    _account(turn, lambda text, **style: click.secho(text, err=True, **style))
    return not turn.error


def _account(turn: "Turn", say: Callable[..., None]) -> None:
    """Say what is known of an answer, beside the answer: on standard error."""
    from genai_sdk.cli.output import folded
    from genai_sdk.langfuse.tree import clock, dollars

    for attempt in turn.attempts:
        for line in folded(f"  {attempt}", "    "):
            say(line, fg="yellow")
    if turn.error:
        for line in folded(turn.error):
            say(line, fg="red")
        return
    tokens = (
        ""
        if turn.input_tokens is None
        else Sentence.of("chat.tokens", "{read} → {written} tokens", read=turn.input_tokens, written=turn.output_tokens)
    )
    cost = Sentence.of("chat.cost_unknown", "cost unknown") if turn.cost is None else dollars(turn.cost)
    facts = [
        f"{turn.connection}/{turn.model}",
        tokens,
        cost,
        clock(turn.latency),
        turn.trace_url or turn.trace_id or "",
    ]
    say(Sentence.of("chat.facts", "  {facts: · }", facts=[fact for fact in facts if fact]), dim=True)


def _pairs(variables: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for each in variables:
        name, sign, value = each.partition("=")
        if not sign:
            raise click.BadParameter(
                Sentence.of("chat.variable", "{each!r} is no NAME=VALUE", each=each), param_hint="--var"
            )
        pairs[name] = value
    return pairs
