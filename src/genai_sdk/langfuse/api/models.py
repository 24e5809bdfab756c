"""Models of the project's own: what they cost, for those that price calls by themselves."""

from typing import Any

from genai_sdk.langfuse.api.context import Context
from genai_sdk.langfuse.api.records import StoredModel
from genai_sdk.langfuse.api.request import ApiRequest, ApiResponse
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.new_model import read_model
from genai_sdk.langfuse.views import iso


def page(context: Context, request: ApiRequest) -> ApiResponse:
    """List models; Langfuse's own, of which this server has none, would be among them."""
    page = request.page()
    rows, total = context.store.models.page(page.limit, page.offset)
    return ApiResponse(page.of([_show(row) for row in rows], total))


def create(context: Context, request: ApiRequest) -> ApiResponse:
    """Write a model."""
    return ApiResponse(_show(context.store.models.put(read_model(request.body))))


def get(context: Context, request: ApiRequest) -> ApiResponse:
    """Show a model."""
    model = context.store.models.find(request.path["id"])
    if model is None:
        raise ApiError(404, "No model with this id found.")
    return ApiResponse(_show(model))


def delete(context: Context, request: ApiRequest) -> ApiResponse:
    """Delete a model."""
    if not context.store.models.delete(request.path["id"]):
        raise ApiError(404, "No model with this id found. Note: You cannot delete built-in models.")
    return ApiResponse({"message": "Model successfully deleted"})


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
