"""The list of prompts, one prompt, and two of its versions side by side."""

import time
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from starlette.responses import Response

from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.prompt import LATEST, PRODUCTION, PromptVersion
from genai_sdk.local.store.usage import UsageQuery, UsageTotals
from genai_sdk.local.ui.difference import compare, lines_of
from genai_sdk.local.ui.filters import pretty
from genai_sdk.local.ui.marked import messages_of, refers, template_of
from genai_sdk.local.ui.page import Page
from genai_sdk.local.ui.pages.prompts.version import number, versions_of
from genai_sdk.local.ui.snippet import snippet
from genai_sdk.local.ui.trace_filter import traces_link

_PAGE = 50
_HOUR = 3_600 * 10**9  # nanoseconds


def listing(page: Page) -> Response:
    """List what lies in a folder, or what fits a search."""
    folder = (page.query("folder") or "").strip("/")
    search, tag = page.query("q"), page.query("tag")
    here = max(1, number(page.query("page")) or 1)
    rows, total = page.store.prompts.entries(_PAGE, (here - 1) * _PAGE, folder=folder, search=search, tag=tag)
    return page.render(
        "prompts/list.html",
        folder=folder,
        parts=list(crumbs(folder)),
        search=search or "",
        tag=tag or "",
        tags=page.store.prompts.tags(),
        rows=rows,
        total=total,
        number=here,
        pages=-(-total // _PAGE),
        nothing_at_all=not (total or folder or search or tag),
    )


def of_project(page: Page) -> Response:
    """Send on whoever opens the address that errors give; other projects are not here."""
    if page.path["project"] != page.context.credentials.project_id:
        raise ApiError(404, page.words("traces.foreign", project=page.path["project"]))
    query = {"name": page.path["name"], "version": page.query("version")}
    return page.go(f"/prompts/show?{urlencode({name: item for name, item in query.items() if item})}")


def show(page: Page) -> Response:
    """Show a prompt: its versions, and the one that was chosen by number or label, else the one in production."""
    name = page.query("name") or ""
    versions = versions_of(page, name)
    version = _chosen(page, versions)
    prompt, broken = version.prompt, None
    resolved = refers(version.prompt)
    if resolved:
        try:
            resolved_prompt = page.store.prompts.composed(name, version=version.version)
            prompt = resolved_prompt[1].prompt if resolved_prompt else prompt
        except ApiError as refusal:  # what it refers to has gone since it was written
            broken = page.words.translate(refusal.message)
    raw = page.query("as") == "raw" or not resolved or broken is not None
    template = template_of(prompt)
    return page.render(
        "prompts/show.html",
        name=name,
        parts=list(crumbs(name.rpartition("/")[0])),
        versions=versions,
        version=version,
        messages=messages_of(version.prompt if raw else prompt),
        raw=raw,
        resolved=resolved,
        broken=broken,
        variables=[each for each in template.names if each not in template.placeholders],
        placeholders=template.placeholders,
        code_text=snippet(version, prompt),
        promotable=PRODUCTION not in version.labels,
        labels=page.store.prompts.labels(name),
        latest=LATEST,
        used=used_by(page, name),
    )


def used_by(page: Page, name: str) -> list[tuple[int, UsageTotals, str]]:
    """Return what calls with each version of a prompt came to, the newest first, with a link to their traces."""
    query = UsageQuery(since=0, until=time.time_ns() + _HOUR, prompt=name)
    sums = {int(usage.by[1]): usage for usage in page.store.usage.summary(query, "version") if usage.by[0] == name}
    return [
        (version, sums[version], traces_link({"prompt": name, "version": str(version)}))
        for version in sorted(sums, reverse=True)
    ]


def side_by_side(page: Page) -> Response:
    """Show what differs between two versions; without a choice, between the newest two."""
    name = page.query("name") or ""
    versions = versions_of(page, name)
    by_number = {version.version: version for version in versions}
    usual = versions[1] if len(versions) > 1 else versions[0]
    before = by_number.get(number(page.query("from")) or 0, usual)
    after = by_number.get(number(page.query("to")) or 0, versions[0])
    return page.render(
        "prompts/compare.html",
        name=name,
        parts=list(crumbs(name.rpartition("/")[0])),
        versions=versions,
        before=before,
        after=after,
        sections=[
            ("prompts.content", compare(lines_of(before.prompt), lines_of(after.prompt))),
            ("prompts.config", compare(pretty(before.config), pretty(after.config))),
        ],
    )


def crumbs(folder: str) -> Iterator[tuple[str, str]]:
    """Yield a folder and those above it, topmost first: the last part of each name, and the whole of it."""
    parts = folder.split("/") if folder else []
    return ((part, "/".join(parts[: at + 1])) for at, part in enumerate(parts))


def _chosen(page: Page, versions: Sequence[PromptVersion]) -> PromptVersion:
    wanted, label = page.query("version"), page.query("label")
    if wanted is not None:
        matches = [each for each in versions if each.version == number(wanted)]
    elif label is not None:
        matches = [each for each in versions if label in each.labels]
    else:
        matches = [each for each in versions if PRODUCTION in each.labels] or list(versions)
    if not matches:
        raise ApiError(404, page.words("prompts.no_such_version", name=versions[0].name, version=wanted or label))
    return matches[0]
