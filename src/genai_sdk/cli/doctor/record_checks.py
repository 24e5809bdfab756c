"""What `genai doctor` sees of what is kept: a prompt read, a trace written and read back, the spool."""

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from genai_sdk.cli.remote import Remote
from genai_sdk.cli.traces.reader import TraceReader
from genai_sdk.client import GenAIClient
from genai_sdk.client.settings import LangfuseAccess, read_spool
from genai_sdk.errors import GenAIError
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:
    pass


from genai_sdk.cli.doctor.check import Check, State, words_of

TRACE = "genai doctor"
"""The name of the trace that is written and read back."""

READ_BACK = 15.0
"""Seconds that Langfuse is given to show the trace."""


def check_prompts(client: GenAIClient, remote: Remote) -> Iterator[Check]:
    """Read a prompt, if there is one."""
    try:
        listed = remote.ask("GET", "/api/public/v2/prompts?limit=1")["data"]
        if not listed:
            yield Check(
                area="prompts",
                name="read",
                state="note",
                detail=Sentence.of("doctor.no_prompts", "the project has no prompts yet"),
            )
            return
        name = listed[0]["name"]
        which: dict[str, Any] = {"label": "production"}
        if "production" not in listed[0].get("labels", ()):
            which = {"version": max(listed[0]["versions"])}
        prompt = client.get_prompt(name, **which)
    except (GenAIError, LookupError, TypeError) as error:
        yield Check(
            area="prompts",
            name="read",
            state="failed",
            detail=words_of(error),
        )
        return
    yield Check(
        area="prompts",
        name="read",
        state="ok",
        detail=Sentence.of("doctor.prompt_read", "{name} in version {version}", name=name, version=prompt.version),
    )


def check_spool(access: LangfuseAccess) -> Iterator[Check]:
    """Look whether the spool, if there is one, can be written, and what lies in it."""
    where = read_spool()
    if where is None:
        return
    from genai_sdk.cli.spool import spool_directory
    from genai_sdk.tracing.spool.segment import DRAFT

    try:
        directory = spool_directory(where, access)
        directory.create(DRAFT).delete()
    except (GenAIError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else error.sentence
        detail = Sentence.of(
            "doctor.spool_unwritable",
            "{where} cannot be written, so that traces wait in memory alone: {reason}",
            where=where,
            reason=reason,
        )
        remedy = Sentence.of(
            "doctor.name_spool", "name a directory that this user alone may write to, in GENAI_SPOOL or `spool=`"
        )
        yield Check(area="traces", name="spool", state="failed", detail=detail, remedy=remedy)
        return
    left = [file for file in directory.survey() if file.state != "in use"]
    lost = sum(file.state != "waiting" for file in left)
    detail = Sentence.of(
        "doctor.spool",
        "{where} can be written; {count:,} records of ended processes are in it",
        where=where,
        count=sum(file.records or 0 for file in left),
    )
    state: State = "warning" if lost else "ok"
    remedy = Sentence.of(
        "doctor.spool_status", "genai spool status says which were set aside or cannot be read, and why"
    )
    yield Check(area="traces", name="spool", state=state, detail=detail, remedy=remedy if lost else "")


def check_traces(client: GenAIClient, remote: Remote) -> Iterator[Check]:
    """Write a trace, and read it back."""
    with client.trace(TRACE, input="genai doctor") as block:
        block.update(output="written")
    if block.id is None:
        detail = Sentence.of(
            "doctor.tracing_off", "nothing is recorded: tracing is off, or the sample rate left this one out"
        )
        yield Check(area="traces", name="written", state="note", detail=detail)
        return
    client.flush(READ_BACK)
    stats = client.stats()
    if stats.sent < stats.recorded:
        detail = Sentence.of(
            "doctor.not_taken",
            "{sent} of {recorded} records were taken: {error}",
            sent=stats.sent,
            recorded=stats.recorded,
            error=stats.last_error,
        )
        yield Check(area="traces", name="written", state="failed", detail=detail)
        return
    yield Check(
        area="traces", name="written", state="ok", detail=Sentence.of("doctor.trace", "trace {id}", id=block.id)
    )
    recorded, end = TraceReader(remote), time.monotonic() + READ_BACK
    began = time.monotonic()
    while True:
        with suppress(GenAIError):
            recorded.trace(block.id)
            yield Check(
                area="traces",
                name="read back",
                state="ok",
                detail=Sentence.of("doctor.read_after", "after {seconds:.1f} s", seconds=time.monotonic() - began),
            )
            return
        if time.monotonic() > end:
            break
        time.sleep(0.3)
    yield Check(
        area="traces",
        name="read back",
        state="warning",
        detail=Sentence.of(
            "doctor.not_shown", "Langfuse took the trace and does not show it after {seconds:g} s", seconds=READ_BACK
        ),
        remedy=Sentence.of(
            "doctor.check_worker", "look whether its worker runs: ingestion waits in a queue (Redis) until it does"
        ),
    )
