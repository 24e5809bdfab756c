"""Whatever JSON comes, there is an answer in the vendor's shape."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_sdk.local.simulated import Regions
from genai_sdk.local.simulated.answering import outcome_of
from genai_sdk.testing.call import Request

ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
SCHEMA = st.dictionaries(
    st.sampled_from(
        ["type", "$ref", "anyOf", "allOf", "enum", "items", "properties", "minItems", "minimum", "pattern"]
    ),
    ODD | st.sampled_from(["object", "array", "string", "integer", "#"]),
)
MESSAGE = st.fixed_dictionaries({}, optional={"role": st.sampled_from(["user", "tool"]) | ODD, "content": ODD})
BODY = st.fixed_dictionaries(
    {},
    optional={
        "model": st.sampled_from(["simulated-small", "m"]) | ODD,
        "messages": st.lists(MESSAGE | ODD, max_size=3) | ODD,
        "input": st.just("x") | st.lists(ODD, max_size=3) | ODD,
        "stream": st.booleans() | ODD,
        "stream_options": ODD,
        "n": st.integers(-2, 3) | ODD,
        "max_tokens": ODD,
        "dimensions": st.integers(-2, 9) | ODD,
        "tools": st.lists(st.fixed_dictionaries({"type": ODD, "function": ODD}) | ODD, max_size=2) | ODD,
        "tool_choice": st.just("required") | ODD,
        "instructions": ODD,
        "text": ODD,
        "response_format": st.fixed_dictionaries(
            {"type": st.just("json_schema"), "json_schema": st.fixed_dictionaries({"schema": SCHEMA | ODD})}
        )
        | ODD,
    },
)


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/responses", "/v1/embeddings", "/openai/v1/responses"])
@given(body=BODY)
def test_any_json_is_answered_or_refused(path, body):
    headers = {"authorization": "Bearer sk-simulated"}
    request = Request("POST", path, path, {}, headers, json.dumps(body).encode())
    with outcome_of(request, Regions(), "seoul") as outcome:
        assert outcome.answer.status in (200, 400)
        if outcome.answer.status == 400:
            assert json.loads(outcome.answer.body)["error"]["message"]


@pytest.mark.parametrize("dimensions", [True, False, "3", [3], -1])
def test_dimensions_that_are_no_number_are_refused(dimensions):
    body = {"model": "simulated-small", "input": "x", "dimensions": dimensions}
    headers = {"authorization": "Bearer sk-simulated"}
    request = Request("POST", "/v1/embeddings", "/v1/embeddings", {}, headers, json.dumps(body).encode())
    with outcome_of(request, Regions(), "seoul") as outcome:
        assert outcome.answer.status == 400
