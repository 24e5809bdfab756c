"""A connection registered or changed: it is tried first, and what fails is saved only if that is said again."""

from datetime import UTC, datetime

from starlette.responses import Response

from genai_sdk.catalogue import ADAPTERS
from genai_sdk.client.trial import Trial, try_connection
from genai_sdk.connections import ConnectionRecord
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.new_connection import NewConnection
from genai_sdk.local.ui.connection_form import other_fields, read_form, secret_fields, values_of
from genai_sdk.local.ui.page import Page
from genai_sdk.local.ui.pages.connections.reading import keep, record_of, stored_of
from genai_sdk.sentence import Sentence


def new(page: Page) -> Response:
    """Show the form of a new connection, for the adapter that was chosen."""
    adapter = page.query("adapter") or ""
    if adapter not in ADAPTERS:
        return page.render("connections/choose.html", adapters=ADAPTERS)
    return _form(page, adapter, {"default_models": "on"})


def edit(page: Page) -> Response:
    """Show the form of a connection that is there."""
    stored = stored_of(page, page.query("name") or "")
    return _form(page, stored.adapter, values_of(stored), old=stored.name)


def take(page: Page) -> Response:
    """Try what was typed and save it; where the try fails, show why and offer to save it anyway."""
    old, adapter = page.field("old"), page.field("adapter")
    record = record_of(page, old) if old else None
    if record is not None:
        adapter = record.adapter
    if adapter not in ADAPTERS:
        raise ApiError(400, Sentence.of("page.no_adapter", "There is no adapter called {adapter!r}", adapter=adapter))
    typed = {name: values[-1] for name, values in page.form.items()} | ({"name": old} if old else {})
    draft = page.drafts.find(page.session, page.field("draft"))
    secret, headers = None, None
    if draft is not None:
        secret, headers = draft.secret_key, draft.extra_headers
    elif record is not None:
        secret, headers = record.secret, record.extra_headers
    connection, errors = read_form(adapter, typed, old_secret=secret, old_headers=headers)
    if connection is not None:
        errors = _refusals(page, connection, is_new=record is None)
    if connection is None or errors:
        return _form(page, adapter, typed, 400, old=old, errors=errors, draft=page.field("draft"))
    if page.field("anyway"):
        return _save(page, connection, None)
    trial = try_connection(_record(connection), model=typed.get("trial_model", "").strip() or None)
    if not trial.ok:
        draft_id = page.drafts.keep(page.session, connection)
        return _form(page, adapter, typed, 422, old=old, draft=draft_id, trial=trial)
    return _save(page, connection, trial)


def _refusals(page: Page, connection: NewConnection, *, is_new: bool) -> dict[str, str]:
    if is_new and page.store.connections.find(connection.provider) is not None:
        return {"name": "taken"}
    try:
        page.context.addresses.check(connection.base_url)
    except ApiError as refusal:
        return {"base_url": refusal.message}
    return {}


def _save(page: Page, connection: NewConnection, trial: Trial | None) -> Response:
    page.store.connections.put(connection)
    page.drafts.drop(page.field("draft"))
    if trial is None:
        return page.go("/connections", said="saved_unverified")
    keep(page, trial)
    return page.go("/connections", said="saved_verified")


def _form(
    page: Page,
    adapter: str,
    values: dict[str, str],
    status: int = 200,
    *,
    old: str = "",
    errors: dict[str, str] | None = None,
    draft: str = "",
    trial: Trial | None = None,
) -> Response:
    secret = secret_fields(adapter)
    shown = {name: text for name, text in values.items() if name not in {each.name for each in secret if _hidden(each)}}
    return page.render(
        "connections/form.html",
        status,
        adapter=ADAPTERS[adapter],
        values=shown,
        old=old,
        secret=secret,
        others=other_fields(adapter),
        errors=errors or {},
        draft=draft if page.drafts.find(page.session, draft) else "",
        trial=trial,
    )


def _hidden(field: object) -> bool:
    return getattr(field, "kind", "") in {"secret", "long_secret"}


def _record(new: NewConnection) -> ConnectionRecord:
    now = datetime.now(UTC)
    return ConnectionRecord(
        name=new.provider,
        adapter=new.adapter,
        secret=new.secret_key,
        base_url=new.base_url,
        custom_models=tuple(new.custom_models or ()),
        with_default_models=new.with_default_models,
        extra_headers=new.extra_headers,
        config=new.config,
        created_at=now,
        updated_at=now,
    )
