"""A prompt's first and next versions, written in a form that needs no script."""

import os
import pwd
from typing import Any

import msgspec
from starlette.responses import Response

from genai_sdk.langfuse.errors import ApiError
from genai_sdk.local.ui.draft import ROLES, Draft, DraftLine, Fault, draft_of, fault_text, faults_of, read_draft
from genai_sdk.local.ui.marked import messages_of, template_of
from genai_sdk.local.ui.page import Page
from genai_sdk.local.ui.pages.prompts.version import number, version_of, versions_of

_AUTHOR = "author"  # the cookie that remembers who writes here
_AUTHOR_LENGTH = 100
_YEAR = 365 * 24 * 3600


def new(page: Page) -> Response:
    """Show the form for a prompt that is not there yet."""
    folder = (page.query("folder") or "").strip("/")
    lines = [DraftLine("message", "system", ""), DraftLine("message", "user", "")]
    return _form(page, Draft(name=f"{folder}/" if folder else "", lines=lines, author=_author(page)), 0)


def next_version(page: Page) -> Response:
    """Show the form for a prompt's next version, made from its newest one or another."""
    name, start = page.query("name") or "", page.query("from")
    newest = versions_of(page, name)[0]
    version = newest if start is None else version_of(page, name, start)
    return _form(page, draft_of(version, _author(page)), newest.version)


def go_on(page: Page, draft: Draft, follows: int) -> Response:
    """Show the form with what was written elsewhere.

    Args:
        page: The page that was asked for.
        draft: What was written.
        follows: The newest version of the prompt, 0 if it is new.
    """
    return _form(page, msgspec.structs.replace(draft, author=_author(page)), follows)


def take(page: Page) -> Response:
    """Do what one of the form's buttons says: save, or change the draft and show it again."""
    draft = read_draft(page.form)
    follows = number(page.field("follows")) or 0
    action = page.field("do")
    if action != "save":
        return _form(page, draft.after(action), follows)
    prompt, faults = draft.read()
    author = draft.author.strip()
    if len(author) > _AUTHOR_LENGTH or not author.isprintable():
        faults["author"] = Fault("", "prompts.fault_author")
    known = page.store.prompts.versions(draft.name.strip())
    newest = known[-1].version if known else 0
    if newest > follows and "name" not in faults:
        # Somebody was quicker, or a new prompt was given the name of one that is there.
        faults["name"] = Fault("", "prompts.fault_newer" if follows else "prompts.fault_taken", {"version": newest})
    if prompt is None or faults:
        return _form(page, draft, newest if follows else 0, faults)
    try:
        written = page.store.prompts.create(prompt, author=author or _account())
    except ApiError as refusal:
        return _form(page, draft, follows, faults_of(refusal))
    response = page.go("/prompts/show", name=written.name, version=str(written.version), said="saved")
    response.set_cookie(_AUTHOR, author.encode().hex(), max_age=_YEAR, httponly=True, samesite="lax")
    return response


def _form(page: Page, draft: Draft, follows: int, faults: dict[str, Fault] | None = None) -> Response:
    template = template_of(draft.content)
    samples = {name: draft.samples[name] for name in template.names if draft.samples.get(name)}
    words = {field: fault_text(fault, page.words) for field, fault in (faults or {}).items()}
    return page.render(
        "prompts/write.html",
        422 if faults else 200,
        draft=draft,
        follows=follows,
        faults=words,
        roles=ROLES,
        variables=[name for name in template.names if name not in template.placeholders],
        placeholders=template.placeholders,
        filled=messages_of(_filled(draft, samples)),
        tags=page.store.prompts.tags(),
    )


def _filled(draft: Draft, samples: dict[str, Any]) -> Any:
    """Return the draft with sample values put in; a placeholder stays as it is."""
    if draft.type == "text":
        template = template_of(draft.text)
        return template.fill(samples)
    return [
        message if message.get("type") == "placeholder" else template_of([message]).fill(samples)[0]
        for message in draft.content
    ]


def _author(page: Page) -> str:
    try:
        return bytes.fromhex(page.request.cookies.get(_AUTHOR, "")).decode()[:_AUTHOR_LENGTH] or _account()
    except ValueError:
        return _account()


def _account() -> str:
    """Return the name of whoever runs the platform."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return "local"
