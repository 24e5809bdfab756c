"""Labels moved and taken away, versions and prompts deleted: each is confirmed on a page that says what will change."""

import time

from starlette.responses import Response

from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.new_prompt import check_labels
from genai_sdk.langfuse.prompt import LATEST
from genai_sdk.local.store.usage import UsageQuery
from genai_sdk.local.ui.page import Page
from genai_sdk.local.ui.pages.prompts.version import version_of, versions_of

_DAY = 24 * 3_600 * 10**9  # nanoseconds


def ask_label(page: Page) -> Response:
    """Say what moving a label will change."""
    name = page.query("name") or ""
    version = version_of(page, name, page.query("version"))
    label = (page.query("other") or page.query("label") or "").strip()
    holder = page.store.prompts.labels(name).get(label)
    return page.render(
        "prompts/label.html",
        name=name,
        version=version,
        label=label,
        holder=holder,
        calls=_calls_of_a_day(page, name, holder),
        wrong=_wrong(page, label),
    )


def move_label(page: Page) -> Response:
    """Move a label to a version."""
    name, label = page.field("name"), page.field("label")
    version = version_of(page, name, page.field("version"))
    if wrong := _wrong(page, label):
        raise ApiError(400, wrong)
    page.store.prompts.label(name, version.version, [label])
    return page.go("/prompts/show", name=name, version=str(version.version), said="label_moved")


def ask_unlabel(page: Page) -> Response:
    """Say what taking a label away will change."""
    name, label = page.query("name") or "", page.query("label") or ""
    version = version_of(page, name, page.query("version"))
    return page.render("prompts/unlabel.html", name=name, version=version, label=label, wrong=None)


def remove_label(page: Page) -> Response:
    """Take a label away."""
    name, label = page.field("name"), page.field("label")
    version = version_of(page, name, page.field("version"))
    try:
        page.store.prompts.unlabel(name, version.version, label)
    except ApiError as refusal:
        wrong = page.words.translate(refusal.message)
        return page.render("prompts/unlabel.html", 409, name=name, version=version, label=label, wrong=wrong)
    return page.go("/prompts/show", name=name, version=str(version.version), said="label_removed")


def ask_delete(page: Page) -> Response:
    """Ask for the name of what is to be deleted."""
    return _delete_form(page, page.query("name") or "", page.query("version"))


def delete(page: Page) -> Response:
    """Delete a version, or a prompt with all of them, if its name was typed."""
    name, wanted = page.field("name"), page.field("version") or None
    version = version_of(page, name, wanted) if wanted else None
    if page.field("typed").strip() != name:
        return _delete_form(page, name, wanted, page.words("prompts.delete_differs"))
    try:
        page.store.prompts.delete(name, version=version.version if version else None)
    except ApiError as refusal:
        return _delete_form(
            page, name, wanted, page.words("prompts.delete_needed", what=page.words.translate(refusal.message))
        )
    if page.store.prompts.versions(name):
        return page.go("/prompts/show", name=name, said="deleted")
    return page.go("/prompts", **({"folder": folder} if (folder := name.rpartition("/")[0]) else {}), said="deleted")


def _delete_form(page: Page, name: str, wanted: str | None, wrong: str | None = None) -> Response:
    versions = versions_of(page, name)
    version = version_of(page, name, wanted) if wanted else None
    doomed = versions if version is None else [version]
    return page.render(
        "prompts/delete.html",
        422 if wrong else 200,
        name=name,
        version=version,
        count=len(versions),
        labels=sorted({label for each in doomed for label in each.labels} - {LATEST}),
        wrong=wrong,
    )


def _wrong(page: Page, label: str) -> str | None:
    """Return what is wrong with a label that somebody wants to give, if anything."""
    if label == LATEST:
        return page.words("prompts.fault_latest")
    try:
        check_labels("label", [label])
    except ApiError:
        return page.words("prompts.fault_label")
    return None


def _calls_of_a_day(page: Page, name: str, version: int | None) -> int:
    if version is None:
        return 0
    now = time.time_ns()
    query = UsageQuery(since=now - _DAY, until=now, prompt=name, prompt_version=version)
    return sum(usage.calls for usage in page.store.usage.summary(query))
