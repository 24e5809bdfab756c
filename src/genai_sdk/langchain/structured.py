"""Answers of a type: what is asked for, and how LangChain reads it."""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, Literal

from langchain_core.output_parsers import BaseOutputParser, JsonOutputParser, PydanticOutputParser
from langchain_core.runnables import Runnable, RunnableMap, RunnablePassthrough
from langchain_core.utils.function_calling import convert_to_json_schema
from langchain_core.utils.pydantic import is_basemodel_subclass
from pydantic import BaseModel

from genai_sdk.errors import InvalidRequestError
from genai_sdk.sentence import Sentence

Method = Literal["json_schema", "json_mode"]


def response_format(schema: Any, method: Method, strict: bool | None) -> Any:
    """Return the `response_format` of a call; a pydantic model is one itself, made strict where that is possible.

    Raises:
        InvalidRequestError: There is no such method.
    """
    if method == "json_mode":
        return {"type": "json_object"}
    if method != "json_schema":
        raise InvalidRequestError(
            Sentence.of(
                "langchain.method",
                'method must be "json_schema", "json_mode" or "function_calling", not {method}',
                method=repr(method),
            )
        )
    if isinstance(schema, Mapping) and schema.get("type") == "json_schema":
        return dict(schema)
    if strict is None and isinstance(schema, type) and issubclass(schema, BaseModel):
        return schema
    made = convert_to_json_schema(schema, strict=strict)
    described = {"name": made.pop("title", "answer"), "schema": made}
    if strict is not None:
        described["strict"] = strict
    return {"type": "json_schema", "json_schema": described}


def answer_reader(model: Runnable[Any, Any], schema: Any, *, include_raw: bool) -> Runnable[Any, Any]:
    """Return a model whose answers are read as a type."""
    parser: BaseOutputParser[Any] = (
        PydanticOutputParser(pydantic_object=schema)
        if isinstance(schema, type) and is_basemodel_subclass(schema)
        else JsonOutputParser()
    )
    if not include_raw:
        return model | parser
    parsed = RunnablePassthrough.assign(parsed=itemgetter("raw") | parser, parsing_error=lambda _: None)
    failed = RunnablePassthrough.assign(parsed=lambda _: None)
    return RunnableMap(raw=model) | parsed.with_fallbacks([failed], exception_key="parsing_error")
