"""The project's connections and prices as Langfuse's API shows them: without secrets, which nothing here needs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from genai_sdk.catalogue import ADAPTERS, Price, ProjectPrices
from genai_sdk.cli.remote import Remote
from genai_sdk.connections import ConnectionRecord, ConnectionSet, SourceResult, parse_result
from genai_sdk.secret import Secret

_PAGE, _MOST_PAGES = 100, 50
_KEY = Secret("unknown")
_SECRETS: Mapping[str, str] = {
    "bedrock": '{"accessKeyId": "unknown", "secretAccessKey": "unknown"}',
    "google-vertex-ai": '{"type": "service_account", "project_id": "unknown", "client_email": "unknown", '
    '"private_key": "unknown", "token_uri": "https://oauth2.googleapis.com/token"}',
}
"""What stands for a secret that the API does not show, where it has to be of a form."""


def connections_of(rows: Sequence[Mapping[str, Any]], names: Sequence[str] | None) -> ConnectionSet:
    """Return the connections of the API's rows, in the order in which a client has them.

    Args:
        rows: The rows.
        names: The connections to use, in this order; None for every one, oldest first.
    """
    return parse_result(SourceResult(project=None, connections=tuple(map(_record, rows))), names)


def _record(row: Mapping[str, Any]) -> ConnectionRecord:
    adapter = ADAPTERS.get(row["adapter"])
    secret = _SECRETS.get(row["adapter"], "unknown")
    if adapter is not None and adapter.sentinel and row.get("displaySecretKey") == adapter.sentinel_label:
        secret = adapter.sentinel
    return ConnectionRecord(
        name=row["provider"],
        adapter=row["adapter"],
        secret=Secret(secret),
        base_url=row.get("baseURL"),
        custom_models=tuple(row.get("customModels") or ()),
        with_default_models=row.get("withDefaultModels", True),
        config=row.get("config"),
        created_at=datetime.fromisoformat(row["createdAt"]),
        updated_at=datetime.fromisoformat(row["updatedAt"]),
    )


def price_of(remote: Remote) -> Callable[[str], Price | None]:
    """Return what says the project's own price of a model; None where it has none."""
    prices = ProjectPrices.read(_definitions(remote))
    now = datetime.now(UTC)
    return lambda model: prices.price_of(model, now)


def _definitions(remote: Remote) -> Iterator[Mapping[str, Any]]:
    for page in range(1, _MOST_PAGES + 1):
        answer = remote.find(f"/api/public/models?limit={_PAGE}&page={page}")
        if answer is None:
            return
        yield from answer["data"]
        if page >= answer["meta"]["totalPages"]:
            return
