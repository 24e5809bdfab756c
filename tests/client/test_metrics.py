"""What a client counts of its calls, in Prometheus's text format."""

import pytest

from genai_sdk import InvalidRequestError, RateLimitError, UnknownModelError
from genai_sdk.client import metrics
from genai_sdk.testing import Reply, Status

MODEL = "openai_test/gpt-4o-mini"
FLASH = "gemini_usa/gemini-2.5-flash"
OF_FLASH = 'connection="gemini_usa",model="gemini-2.5-flash"'
OF_MODEL = 'connection="openai_test",model="gpt-4o-mini"'


@pytest.fixture
def counting(make_client):
    return make_client(metrics=True)


def numbers(client):
    """Return each sample's value by its name with labels."""
    lines = [line.rpartition(" ") for line in client.metrics_text().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def test_a_call_is_counted_with_its_tokens_cost_and_time(counting, face, regions):
    regions.usa.script(Reply(text="Hi", prompt_tokens=12, cached_tokens=4, completion_tokens=3))
    response = face.ask(counting, FLASH)
    counted = numbers(counting)
    assert counted[f'genai_calls_total{{operation="chat",{OF_FLASH},outcome="ok"}}'] == 1
    assert counted[f'genai_attempts_total{{{OF_FLASH},outcome="ok"}}'] == 1
    assert counted[f'genai_tokens_total{{{OF_FLASH},kind="input"}}'] == 8
    assert counted[f'genai_tokens_total{{{OF_FLASH},kind="cached"}}'] == 4
    assert counted[f'genai_tokens_total{{{OF_FLASH},kind="output"}}'] == 3
    assert counted[f"genai_cost_dollars_total{{{OF_FLASH}}}"] == response.genai.cost
    assert counted[f"genai_call_seconds_count{{{OF_FLASH}}}"] == 1
    assert counted[f'genai_call_seconds_bucket{{{OF_FLASH},le="+Inf"}}'] == 1
    assert f"genai_first_content_seconds_count{{{OF_FLASH}}}" not in counted


def test_a_failed_call_is_counted_by_its_error_and_its_attempts_by_their_reason(counting, face, regions):
    regions.usa.always(Status(429))
    with pytest.raises(RateLimitError):
        face.ask(counting, MODEL, num_retries=0)
    counted = numbers(counting)
    assert counted[f'genai_calls_total{{operation="chat",{OF_MODEL},outcome="RateLimitError"}}'] == 1
    assert counted[f'genai_attempts_total{{{OF_MODEL},outcome="rate limited"}}'] == 1


def test_what_a_user_typed_is_no_label(counting, face):
    with pytest.raises(UnknownModelError):
        face.ask(counting, "no-such-model")
    outcome = 'connection="",model="",outcome="UnknownModelError"'
    assert numbers(counting)[f'genai_calls_total{{operation="chat",{outcome}}}'] == 1
    assert "no-such-model" not in counting.metrics_text()


def test_a_stream_is_timed_to_its_first_content_and_to_its_end(counting, face):
    stream = face.ask(counting, MODEL, stream=True)
    assert not [name for name in numbers(counting) if name.startswith("genai_calls_total")]
    face.read(stream)
    counted = numbers(counting)
    assert counted[f"genai_first_content_seconds_count{{{OF_MODEL}}}"] == 1
    assert counted[f"genai_call_seconds_count{{{OF_MODEL}}}"] == 1


def test_what_became_of_the_records_is_among_the_numbers(counting, face):
    face.ask(counting, MODEL)
    assert counting.flush(20)
    counted = numbers(counting)
    assert counted['genai_trace_records_total{outcome="sent"}'] == counting.stats().sent == 1
    assert counted["genai_trace_queue_records"] == 0


def test_labels_beyond_the_bound_are_counted_together(counting, face, monkeypatch):
    monkeypatch.setattr(metrics, "MOST_SERIES", 1)
    for model in (FLASH, MODEL, MODEL):
        face.ask(counting, model)
    other = 'operation="other",connection="other",model="other",outcome="other"'
    calls = {name: count for name, count in numbers(counting).items() if name.startswith("genai_calls_total")}
    assert calls == {
        f'genai_calls_total{{operation="chat",{OF_FLASH},outcome="ok"}}': 1,
        f"genai_calls_total{{{other}}}": 2,
    }


def test_nothing_is_counted_unless_it_is_asked_for(client, make_client):
    with pytest.raises(InvalidRequestError, match="metrics=True"):
        client.metrics_text()
    with pytest.raises(InvalidRequestError, match="metrics"):
        make_client(metrics="yes")
