"""What OpenAI's SDK raises on our client: its own errors, each with ours behind it."""

import openai
import pytest
from tests.gateway.conftest import API_KEY, MESSAGES, MODEL, VARIABLES

from genai_sdk import errors
from genai_sdk.client import GenAIClient
from genai_sdk.gateway.openai.failure import failure_of
from genai_sdk.testing import (
    BadRequest,
    ContentFilter,
    ContextWindow,
    CutBeforeHeaders,
    CutStream,
    Malformed,
    NotFound,
    Reply,
    StallBeforeHeaders,
    Status,
)

PIN = f"first/{MODEL}"
ALONE = {"extra_body": {"genai": {"num_retries": 0}}}


@pytest.mark.parametrize(
    ("step", "kind", "status", "code", "ours"),
    [
        (BadRequest(), openai.BadRequestError, 400, "bad_request", errors.BadRequestError),
        (ContextWindow(), openai.BadRequestError, 400, "context_length_exceeded", errors.ContextWindowExceededError),
        (ContentFilter(), openai.BadRequestError, 400, "content_filter", errors.ContentFilterError),
        (Status(401), openai.AuthenticationError, 401, "invalid_api_key", errors.AuthenticationError),
        (Status(403), openai.PermissionDeniedError, 403, "permission_denied", errors.PermissionDeniedError),
        (NotFound(), openai.NotFoundError, 404, "model_not_found", errors.ModelNotFoundError),
        (Status(422), openai.UnprocessableEntityError, 422, "bad_request", errors.BadRequestError),
        (Status(429), openai.RateLimitError, 429, "rate_limit_exceeded", errors.RateLimitError),
        (Status(500), openai.InternalServerError, 500, "provider_error", errors.ProviderUnavailableError),
        (Status(529), openai.InternalServerError, 529, "provider_error", errors.ProviderUnavailableError),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_a_provider_s_refusal_is_the_sdk_s_error(face, sdk, stage, step, kind, status, code, ours, stream):
    stage.first.always(step)
    with pytest.raises(kind) as raised:
        face.chat(sdk, PIN, stream=stream, **ALONE)
    error = raised.value
    assert (type(error), error.status_code, error.code) == (kind, status, code)
    assert type(error.__cause__) is ours
    assert error.message == str(error) == str(error.__cause__)
    (row,) = error.body["genai"]["attempts"]
    assert (row["connection"], row["status"]) == ("first", status)
    assert error.body["genai"]["trace_id"] == error.__cause__.trace_id is not None


def test_a_timeout_of_the_sdk_s_is_one_attempt_s(face, sdk, stage):
    stage.first.always(StallBeforeHeaders())
    with pytest.raises(openai.APITimeoutError, match="first") as raised:
        face.chat(sdk.with_options(timeout=0.2), PIN, **ALONE)
    assert type(raised.value.__cause__) is errors.ProviderTimeoutError
    assert (raised.value.code, len(raised.value.body["genai"]["attempts"])) == ("timeout", 1)


def test_no_answer_at_all_is_a_connection_error(face, sdk, stage):
    stage.first.always(CutBeforeHeaders())
    with pytest.raises(openai.APIConnectionError, match="first") as raised:
        face.chat(sdk, PIN, **ALONE)
    assert type(raised.value) is openai.APIConnectionError
    assert type(raised.value.__cause__) is errors.ProviderUnavailableError
    assert raised.value.body["genai"]["attempts"][0]["status"] is None


@pytest.mark.parametrize(
    ("step", "kind", "code"),
    [
        (Status(503), openai.InternalServerError, "provider_error"),
        (Status(429), openai.RateLimitError, "rate_limit_exceeded"),
        (Status(402), openai.PermissionDeniedError, "permission_denied"),
        (Malformed("truncated"), openai.InternalServerError, "provider_error"),
        (CutBeforeHeaders(), openai.APIConnectionError, "provider_error"),
    ],
)
def test_when_every_region_fails_the_last_one_says_which_error_it_is(face, sdk, stage, step, kind, code):
    stage.first.always(Status(500))
    stage.second.always(step)
    with pytest.raises(kind) as raised:
        face.chat(sdk, **ALONE)
    assert (type(raised.value), raised.value.code) == (kind, code)
    assert type(raised.value.__cause__) is errors.RouteExhaustedError
    assert [row["connection"] for row in raised.value.body["genai"]["attempts"]] == ["first", "second"]


def test_when_no_region_sends_a_token_in_time_it_is_a_timeout(face, sdk, stage):
    stage.first.always(StallBeforeHeaders())
    stage.second.always(StallBeforeHeaders())
    own = {"genai": {"num_retries": 0, "first_token_timeout": 0.2}}
    with pytest.raises(openai.APITimeoutError) as raised:
        face.read(face.chat(sdk, stream=True, extra_body=own))
    assert type(raised.value.__cause__) is errors.RouteExhaustedError
    assert raised.value.code == "timeout"


def test_the_sdk_retries_nothing_whatever_it_is_told(face, sdk, stage):
    for step in (Status(503), Status(429), StallBeforeHeaders()):
        stage.first.clear()
        stage.first.always(step)
        with pytest.raises(openai.APIError):
            face.chat(sdk.with_options(max_retries=3, timeout=0.5), PIN, **ALONE)
        assert len(stage.first.journal) == 1


def test_a_stream_that_breaks_raises_with_what_had_arrived(face, sdk, stage):
    stage.first.script(CutStream(after_chunks=1, reply=Reply(text="one two three")))
    stream = face.chat(sdk, PIN, stream=True, **ALONE)
    with pytest.raises(openai.APIError, match="the stream broke") as raised:
        face.read(stream)
    assert (type(raised.value), raised.value.code) == (openai.APIError, "stream_interrupted")
    assert type(raised.value.__cause__) is errors.StreamInterruptedError
    assert raised.value.__cause__.text.startswith("one")


def test_a_stream_that_starts_over_is_no_second_answer_behind_the_first(face, make_client, stage):
    sdk = face.make(make_client(stream_fallback="restart"))
    stage.first.script(CutStream(after_chunks=1, reply=Reply(text="one two three")))
    stream = face.chat(sdk, stream=True)
    with pytest.raises(openai.APIError, match="started over"):
        face.read(stream)
    face.close(sdk)


def test_an_unknown_model_is_not_found(face, sdk):
    with pytest.raises(openai.NotFoundError, match="No connection serves 'nonsense-1'") as raised:
        face.chat(sdk, "nonsense-1")
    assert raised.value.code == "model_not_found"
    with pytest.raises(openai.NotFoundError, match="nonsense-1"):
        face.do(sdk.models.retrieve("nonsense-1"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"extra_body": {"genai": {"trace": "x"}}}, "does not know .'trace'.; known: prompt, variables, "),
        ({"extra_body": {"genai": "x"}}, "must be a dict of keywords, not str"),
        ({"extra_body": {"genai": {"num_retries": -1}}}, "num_retries must be a whole number"),
        ({"messages": []}, "messages must be a list"),
        ({"functions": [{"name": "f"}]}, "give tools="),
        ({"extra_headers": {"Authorization": "Bearer sk-other"}}, "takes no api_key"),
    ],
)
def test_what_is_wrong_with_a_call_is_a_bad_request(face, sdk, stage, options, message):
    with pytest.raises(openai.BadRequestError, match=message) as raised:
        face.chat(sdk, **options)
    assert raised.value.code == "invalid_request"
    assert isinstance(raised.value.__cause__, errors.InvalidRequestError)
    assert len(stage.first.journal) == 0


def test_another_encoding_of_vectors_is_a_bad_request(face, sdk):
    with pytest.raises(openai.BadRequestError, match='must be "float" or "base64"'):
        face.do(sdk.embeddings.create(model="text-embedding-3-small", input="a", encoding_format="int8"))
    with pytest.raises(openai.BadRequestError, match=r"input\[0\] must be a text"):
        face.do(sdk.embeddings.create(model="text-embedding-3-small", input=[[1, 2]]))


@pytest.mark.parametrize(
    "call",
    [
        lambda sdk: sdk.responses.retrieve("resp_1"),
        lambda sdk: sdk.vector_stores.create(name="mine"),
        lambda sdk: sdk.uploads.cancel("upload_1"),
        lambda sdk: sdk.fine_tuning.jobs.create(model=MODEL, training_file="file-1"),
        lambda sdk: sdk.models.delete("ft:mine"),
        lambda sdk: sdk.chat.completions.retrieve("chatcmpl-1"),
        lambda sdk: sdk.with_options(base_url="http://127.0.0.1:9/v1").chat.completions.create(
            model=MODEL, messages=MESSAGES
        ),
        lambda sdk: sdk.with_options(base_url="https://genai-sdk.invalid.example.com/v1").chat.completions.create(
            model=MODEL, messages=MESSAGES
        ),
    ],
)
def test_what_is_not_there_says_what_is(face, sdk, stage, call):
    with pytest.raises(openai.NotFoundError) as raised:
        face.do(call(sdk))
    assert (raised.value.code, raised.value.status_code) == ("not_supported", 404)
    assert "as_openai()" in raised.value.message
    assert len(stage.first.journal) == 0


def test_another_key_is_refused(face, sdk):
    with pytest.raises(openai.BadRequestError, match="takes no api_key: provider keys belong to the connections"):
        face.chat(sdk.with_options(api_key="sk-of-somebody"))


def test_nothing_of_the_environment_reaches_a_provider(face, sdk, stage):
    face.chat(sdk)
    (exchange,) = stage.first.journal
    assert (sdk.api_key, sdk.max_retries) == (API_KEY, 0)
    assert "x-of-the-environment" not in exchange.headers
    assert exchange.headers["authorization"] == "Bearer sk-fake"
    sent = [*exchange.headers.values(), exchange.raw.decode()]
    assert [name for name in VARIABLES if any(name in text for text in sent)] == []


def test_a_client_that_is_closed_says_so(face, sdk, client):
    client.close()
    with pytest.raises(openai.APIConnectionError, match="the client was closed") as raised:
        face.chat(sdk)
    assert (raised.value.code, type(raised.value.__cause__)) == ("client_closed", errors.ClientClosedError)


def test_every_error_of_ours_has_a_status():
    def below(kind):
        for each in kind.__subclasses__():
            yield each
            yield from below(each)

    ours = [kind for kind in below(errors.GenAIError) if kind.__module__ == "genai_sdk.errors"]
    assert len(ours) > 20
    for kind in ours:
        failure = failure_of(kind("it failed"))
        assert 400 <= failure.status < 600
        assert (failure.error["message"], failure.error["genai"]["error"]) == ("it failed", kind.__name__)


def test_without_openai_the_error_says_what_to_install(monkeypatch, client: GenAIClient):
    import sys

    for name in [name for name in sys.modules if name.startswith("genai_sdk.gateway.openai.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("genai_sdk.gateway.openai.sdk", raising=False)
    monkeypatch.setitem(sys.modules, "openai", None)
    for make in (client.as_openai, client.as_async_openai):
        with pytest.raises(errors.ConfigurationError, match="pip install 'openai>=2,<4'"):
            make()


@pytest.mark.parametrize(
    ("call", "instead"),
    [
        (lambda sdk: sdk.responses.retrieve("resp_1"), r"client\.retrieve_response\(response\)"),
        (lambda sdk: sdk.responses.cancel("resp_1"), r"client\.cancel_response\(response\)"),
        (lambda sdk: sdk.responses.delete("resp_1"), "items of the next input"),
        (
            lambda sdk: sdk.uploads.create(bytes=1, filename="a", mime_type="text/plain", purpose="user_data"),
            r"files\.create takes a file whole",
        ),
    ],
)
def test_what_is_not_there_says_what_to_do_in_its_place(face, sdk, stage, call, instead):
    with pytest.raises(openai.NotFoundError, match=instead):
        face.do(call(sdk))
    assert len(stage.first.journal) == 0
