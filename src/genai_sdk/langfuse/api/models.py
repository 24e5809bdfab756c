"""Models of the project's own: what they cost, for those that price calls by themselves."""

from typing import Any

from genai_sdk.langfuse.api.context import Context
from genai_sdk.langfuse.api.records import StoredModel
from genai_sdk.langfuse.api.request import Request, Response
from genai_sdk.langfuse.new_model import read_model
from genai_sdk.langfuse.refusal import RefusalError
from genai_sdk.langfuse.views import iso


def page(context: Context, request: Request) -> Response:
    """List models; Langfuse's own, of which this server has none, would be among them."""
    page = request.page()
    rows, total = context.store.models.page(page.limit, page.offset)
    return Response(page.of([_show(row) for row in rows], total))


def create(context: Context, request: Request) -> Response:
    """Write a model."""
    return Response(_show(context.store.models.put(read_model(request.body))))


def get(context: Context, request: Request) -> Response:
    """Show a model."""
    found = context.store.models.find(request.path["id"])
    if found is None:
        raise RefusalError(404, "No model with this id found.")
    return Response(_show(found))


def delete(context: Context, request: Request) -> Response:
    """Delete a model."""
    if not context.store.models.delete(request.path["id"]):
        raise RefusalError(404, "No model with this id found. Note: You cannot delete built-in models.")
    return Response({"message": "Model successfully deleted"})


def _show(stored: StoredModel) -> dict[str, Any]:
    named = {"input": stored.input_price, "output": stored.output_price, "total": stored.total_price}
    prices = {kind: price for kind, price in named.items() if price is not None}
    tier = {
        "id": f"{stored.id}_tier_default",
        "name": "Standard",
        "isDefault": True,
        "priority": 0,
        "conditions": [],
        "prices": prices,
    }
    return {
        "id": stored.id,
        "createdAt": iso(stored.created_at),
        "modelName": stored.name,
        "matchPattern": stored.match_pattern,
        "startDate": stored.start_date,
        "tokenizerId": stored.tokenizer_id,
        "tokenizerConfig": stored.tokenizer_config,
        "unit": stored.unit,
        "inputPrice": stored.input_price,
        "outputPrice": stored.output_price,
        "totalPrice": stored.total_price,
        "prices": {kind: {"price": price} for kind, price in prices.items()},
        "isLangfuseManaged": False,
        "pricingTiers": [tier] if prices else [],
    }
