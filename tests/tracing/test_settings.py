from typing import Any

import pytest

from genai_sdk.errors import InvalidRequestError
from genai_sdk.tracing import TracingSettings, read_labels


@pytest.mark.parametrize("name", ["staging", "a", "prod-eu_1", "x" * 40, None])
def test_an_environment_that_langfuse_keeps_is_taken(name: str | None) -> None:
    assert TracingSettings(host="http://x", public_key="pk", environment=name).environment == name


@pytest.mark.parametrize("name", ["Staging", "x" * 41, "langfuse", "langfuse-x", "a b", "", "ä", "a\n"])
def test_an_environment_that_langfuse_would_replace_is_refused_with_the_rule(name: str) -> None:
    with pytest.raises(InvalidRequestError, match=r"1 to 40 of a-z, 0-9, - and _.*LANGFUSE_TRACING_ENVIRONMENT"):
        TracingSettings(host="http://x", public_key="pk", environment=name)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"sample_rate": 1.5}, "0 .* to 1"),
        ({"sample_rate": -0.1}, "LANGFUSE_SAMPLE_RATE"),
        ({"sample_rate": float("nan")}, "sample_rate"),
        ({"sample_rate": True}, "sample_rate"),
        ({"sample_rate": "0.5"}, "sample_rate"),
        ({"max_content_bytes": -1}, "max_content_bytes"),
        ({"max_content_bytes": 1.5}, "max_content_bytes"),
        ({"mask": "yes"}, "data="),
    ],
)
def test_a_setting_of_the_wrong_form_is_refused(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidRequestError, match=says):
        TracingSettings(host="http://x", public_key="pk", **wrong)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"user_id": 7}, "user_id must be a text, not int"),
        ({"trace_name": b"x"}, "trace_name must be a text"),
        ({"tags": "prod"}, "tags must be a list of texts"),
        ({"tags": ["prod", 1]}, "tags must be a list of texts"),
        ({"metadata": [1]}, "metadata must be a dict"),
    ],
)
def test_a_label_of_the_wrong_form_is_refused(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidRequestError, match=says):
        read_labels(wrong)


def test_a_call_that_says_nothing_has_no_labels() -> None:
    assert read_labels({"user_id": None, "temperature": 1}) is None
