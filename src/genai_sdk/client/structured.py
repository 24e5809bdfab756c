"""A pydantic model as `response_format`: asked for as a JSON schema, read back as the model."""

import copy
from collections.abc import Mapping
from typing import Any

from genai_sdk.errors import InvalidRequestError


def read_response_format(given: Any) -> tuple[Mapping[str, Any] | None, type[Any] | None]:
    """Return the wire form of `response_format`, and the model to read the answer as if it was one.

    Raises:
        InvalidRequestError: It is neither a dict nor a pydantic model.
    """
    if given is None or isinstance(given, Mapping):
        return given, None
    if not isinstance(given, type) or not hasattr(given, "model_json_schema"):
        raise InvalidRequestError(f"response_format must be a dict or a pydantic model, not {given!r}")
    schema = _strict(copy.deepcopy(given.model_json_schema()))
    return {
        "type": "json_schema",
        "json_schema": {"name": given.__name__, "schema": schema, "strict": True},
    }, given


def _strict(node: Any) -> Any:
    """Close every object and require all its fields, as strict mode wants.

    https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
    """
    if isinstance(node, list):
        return [_strict(part) for part in node]
    if not isinstance(node, dict):
        return node
    strict: dict[str, Any] = {}
    for key, part in node.items():
        if key in ("properties", "$defs"):  # names of fields, not keywords
            strict[key] = {name: _strict(field) for name, field in part.items()}
        elif key != "default":
            strict[key] = _strict(part)
    if "properties" in strict:
        strict["additionalProperties"] = False
        strict["required"] = list(strict["properties"])
    return strict
