"""The playground: a prompt, or messages, and up to three models that answer side by side."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from genai_sdk.errors import GenAIError
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.prompt import PRODUCTION, PromptVersion
from genai_sdk.local.ui.draft import ROLES, Draft, DraftLine, Fault, fault_text, read_draft
from genai_sdk.local.ui.event_lines import Lines, ending
from genai_sdk.local.ui.lanes import Event, LaneResult, TextPiece, play
from genai_sdk.local.ui.page import Page
from genai_sdk.local.ui.pages.prompts import writing
from genai_sdk.local.ui.pages.prompts.version import number, versions_of
from genai_sdk.local.ui.play import LANES, Play, Setup, setup_of
from genai_sdk.local.ui.play_config import config_of
from genai_sdk.local.ui.player import Player
from genai_sdk.local.ui.replay import is_playable, setup_of_call

_MODELS = "models"  # the cookie that remembers which models somebody plays with
_YEAR = 365 * 24 * 3600
_NAMES = 200  # prompts that are suggested


class Playground:
    """The pages of the playground.

    Args:
        player: Lends the client that the models are asked with.
    """

    def __init__(self, player: Player) -> None:
        self._player = player

    async def show(self, page: Page) -> Response:
        """Show the form: with a prompt by its version or label, with a recorded call, or empty."""
        session = f"playground-{secrets.token_hex(4)}"
        name, trace = page.query("prompt"), page.query("trace")
        used = _remembered(page)
        if trace is not None:
            setup = await run_in_threadpool(_recorded, page, trace, session)
            setup.models = setup.models or used
        elif name is None:
            lines = [DraftLine("message", "system", ""), DraftLine("message", "user", "")]
            setup = Setup(draft=Draft(lines=lines), models=used, session=session)
        else:
            setup = setup_of(await run_in_threadpool(_chosen, page, name), session)
            setup.models = [*setup.models, *used[len(setup.models) :]]
        return await self._form(page, setup)

    async def take(self, page: Page) -> Response:
        """Do what one of the form's buttons says: play, save, or change the form and show it again."""
        setup = _read_form(page)
        action = page.field("do")
        if action == "save":
            return await self._save(page, setup)
        if action != "run":
            setup.draft = setup.draft.after(action)
            return await self._form(page, setup)
        what, faults = await run_in_threadpool(setup.read, page.store.prompts.find)
        if what is None:
            return await self._form(page, setup, faults)
        texts, outcomes = [""] * len(what.models), [LaneResult()] * len(what.models)

        def put(lane: int, event: Event) -> None:
            if isinstance(event, TextPiece):
                texts[lane] += event.text
            elif isinstance(event, LaneResult):
                outcomes[lane] = event

        await play(self._player, what, put)
        lanes = [
            {"model": model, "text": text, **ending(outcome, page.words)}
            for model, text, outcome in zip(what.models, texts, outcomes, strict=True)
        ]
        return _remember(await self._form(page, setup, lanes=lanes), what)

    async def _save(self, page: Page, setup: Setup) -> Response:
        """Show the form for the prompt's next version, with what it was played with as its config."""
        draft, faults = setup.saved()
        if faults:
            return await self._form(page, setup, faults)
        return await run_in_threadpool(writing.go_on, page, draft, number(page.field("follows")) or 0)

    async def run(self, page: Page) -> Response:
        """Play what comes as JSON, and answer with a line of JSON for whatever happens in a lane."""
        try:
            setup = msgspec.json.decode(page.body, type=Setup)
        except (msgspec.DecodeError, RecursionError) as error:
            return JSONResponse({"message": page.words("playground.no_setup", what=error), "faults": {}}, 400)
        what, faults = await run_in_threadpool(setup.read, page.store.prompts.find)
        if what is None:
            words = _fault_texts(page, faults)
            # With another status, browsers would report an error of the page's to the console.
            return JSONResponse({"message": page.words("playground.faults"), "faults": words})
        return _remember(Lines(self._player, what, page.words), what)

    async def _form(
        self,
        page: Page,
        setup: Setup,
        faults: Mapping[str, Fault] | None = None,
        lanes: Sequence[Mapping[str, Any]] = (),
    ) -> Response:
        offered, usual, trouble = await self._offered()
        setup.models = (setup.models or [usual])[:LANES]
        neighbours = await run_in_threadpool(_around, page, setup.draft.name)
        template = await run_in_threadpool(setup.template, page.store.prompts.find)
        return page.render(
            "playground/show.html",
            422 if faults else 200,
            setup=setup,
            draft=setup.draft,
            faults=_fault_texts(page, faults or {}),
            problem=page.words("playground.unsaved" if page.field("do") == "save" else "playground.faults"),
            roles=ROLES,
            variables=[name for name in template.names if name not in template.placeholders],
            placeholders=template.placeholders,
            config=config_of(setup.draft),
            offered=offered,
            trouble=None if trouble is None else page.words.translate(trouble.sentence),
            most=LANES,
            lanes=lanes,
            **neighbours,
        )

    async def _offered(self) -> tuple[list[tuple[str, str]], str, GenAIError | None]:
        """Return the models to choose from with who serves each, the one to begin with, and why there are none."""
        try:
            async with self._player.client() as client:
                rows, views = await client.amodels(), await client.aconnections()
        except GenAIError as error:
            return [], "", error
        offered = []
        for row in rows:
            offered.append((row.name, ", ".join(row.connections)))
            if len(row.connections) > 1:
                offered.extend((f"{each}/{row.name}", each) for each in row.connections)
        listed = [model for view in views if view.error is None for model in view.custom_models]
        names = {row.name for row in rows}
        usual = next((model for model in listed if model in names), rows[0].name if rows else "")
        return offered, usual, None


def _recorded(page: Page, trace: str, session: str) -> Setup:
    """Return the form for a call of a trace: the observation that the address names, else the trace's root."""
    call = page.store.span_rows.find(trace, page.query("observation"))
    if call is None:
        raise ApiError(404, page.words("traces.no_such", id=trace[:100]))
    if not is_playable(call):
        raise ApiError(404, page.words("playground.not_a_call"))
    served = call.metadata.get("connection")
    known = isinstance(served, str) and page.store.connections.find(served) is not None
    return setup_of_call(call, served if known else None, session)


def _chosen(page: Page, name: str) -> PromptVersion:
    """Return the version that the address names by its number or label, else that in production, else the newest."""
    versions = versions_of(page, name)
    wanted = (page.query("version") or page.query("label") or "").strip()
    version_number = number(wanted)
    if version_number is not None:
        matches = [each for each in versions if each.version == version_number]
    elif wanted:
        matches = [each for each in versions if wanted in each.labels]
    else:
        matches = [each for each in versions if PRODUCTION in each.labels] or versions
    if not matches:
        raise ApiError(404, page.words("prompts.no_such_version", name=name, version=wanted))
    return matches[0]


def _around(page: Page, name: str) -> dict[str, Any]:
    """Return what can be picked, and which version of the prompt is the newest."""
    entries, _ = page.store.prompts.entries(_NAMES, 0, search="")
    versions = page.store.prompts.versions(name) if name else []
    return {
        "names": [entry.name for entry in entries],
        "labels": page.store.prompts.labels(name) if name else {},
        "versions": [each.version for each in reversed(versions)],
        "newest": versions[-1].version if versions else 0,
    }


def _read_form(page: Page) -> Setup:
    return Setup(
        draft=read_draft(page.form),
        version=number(page.field("version")) or 0,
        models=page.form.get("model", []),
        temperature=page.field("temperature"),
        max_tokens=page.field("max_tokens"),
        session=page.field("session"),
    )


def _fault_texts(page: Page, faults: Mapping[str, Fault]) -> dict[str, str]:
    return {field: fault_text(fault, page.words) for field, fault in faults.items()}


def _remembered(page: Page) -> list[str]:
    try:
        named = bytes.fromhex(page.request.cookies.get(_MODELS, "")).decode().split("\n")
    except ValueError:
        return []
    return [model for model in named if model][:LANES]


def _remember(response: Response, what: Play) -> Response:
    models = "\n".join(what.models).encode().hex()
    response.set_cookie(_MODELS, models, max_age=_YEAR, httponly=True, samesite="lax")
    return response
