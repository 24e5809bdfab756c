"""Every failure on every wire: the right error, with its facts, in the provider's words and without a secret."""

import json
import re
import traceback

import pytest
from tests.drivers.stage import AWS, CASES, KEY, Face, Stage

from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import (
    AuthenticationError,
    BadRequestError,
    ContentFilterError,
    ContextWindowExceededError,
    InvalidRequestError,
    ModelNotFoundError,
    PermissionDeniedError,
    ProviderError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    RateLimitError,
)
from genai_sdk.http import Deadline
from genai_sdk.testing import (
    BadRequest,
    ContentFilter,
    ContextWindow,
    CutBeforeHeaders,
    CutBody,
    CutStream,
    EndWithoutFinish,
    ErrorInStream,
    Malformed,
    NotFound,
    Redirect,
    StallBeforeHeaders,
    StallStream,
    Status,
    Step,
)
from genai_sdk.types import ChatCompletionChunk

# The other two differ from these in URL and key alone.
WIRES = [name for name in CASES if name not in ("azure v1", "bedrock key")]
EVERY = pytest.mark.parametrize("name", WIRES)
BOTH = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])

STEPS: list[tuple[Step, type[ProviderError], str, int | None]] = [
    (Status(401), AuthenticationError, "credentials rejected", 401),
    (Status(403), PermissionDeniedError, "permission denied", 403),
    (NotFound(), ModelNotFoundError, "model not found", 404),
    (Status(408), ProviderUnavailableError, "server error 408", 408),
    (Status(409), ProviderUnavailableError, "server error 409", 409),
    (BadRequest(), BadRequestError, "bad request", 400),
    (Status(413), BadRequestError, "bad request", 413),
    (Status(422), BadRequestError, "bad request", 422),
    (Status(429), RateLimitError, "rate limited", 429),
    (Status(500), ProviderUnavailableError, "server error 500", 500),
    (Status(503), ProviderUnavailableError, "server error 503", 503),
    (Status(529), ProviderUnavailableError, "server error 529", 529),
    (ContextWindow(), ContextWindowExceededError, "context window exceeded", 400),
    (ContentFilter(), ContentFilterError, "content filtered", 400),
    (Redirect("http://127.0.0.1:9/elsewhere", 302), ProviderUnavailableError, "status 302", 302),
    (CutBeforeHeaders(), ProviderUnavailableError, "connection cut", None),
    (Malformed("html"), ProviderUnavailableError, "malformed answer", 200),
    (Malformed("empty"), ProviderUnavailableError, "malformed answer", 200),
    (Malformed("http"), ProviderUnavailableError, "connection cut", None),
]


def failure(face: Face, deployment: Deployment, *, stream: bool = False, seen=None, **options) -> ProviderError:
    """Return the error that a call ends with."""
    given = {"seen": seen, **options} if stream else options
    with pytest.raises(ProviderError) as caught:
        (face.stream if stream else face.complete)(deployment, **given)
    return caught.value


@EVERY
@BOTH
def test_every_failure_is_classified_by_what_the_wire_showed(stage: Stage, face: Face, name: str, stream: bool) -> None:
    deployment = stage.deployment(name)
    for step, kind, reason, status in STEPS:
        if stream and step == Malformed("empty"):
            continue  # an empty stream is one that ended early
        # A kept connection that is cut before any byte is taken for a dead one, and the request sent once more.
        stage.fake.script(step, *[step for _ in range(isinstance(step, CutBeforeHeaders))])
        error = failure(face, deployment, stream=stream)
        stage.fake.clear()
        assert (type(error), error.reason) == (kind, reason), f"{step}: {error!r}"
        assert error.status_code == status, f"{step}: {error!r}"
        assert (error.provider, error.connection, error.model) == (CASES[name].adapter, "here", deployment.model)
        assert error.__cause__ is None
        assert error.__context__ is None
        assert error.message.startswith(f"here/{deployment.model} ")
        assert "litellm" not in error.message.lower()
        assert len(error.message) < 700


@EVERY
def test_the_error_quotes_the_provider_s_own_words(stage: Stage, face: Face, name: str) -> None:
    stage.fake.script(Status(500, message="The flux capacitor is empty."))
    assert "500: The flux capacitor is empty." in failure(face, stage.deployment(name)).message


@EVERY
def test_an_error_carries_the_request_s_id_where_the_provider_gives_one(stage: Stage, face: Face, name: str) -> None:
    stage.fake.script(Status(500))
    error = failure(face, stage.deployment(name))
    google = CASES[name].adapter.startswith("google")
    assert error.request_id == (None if google else stage.fake.journal[-1].request_id)


@EVERY
@BOTH
def test_a_rate_limit_says_how_long_to_wait(stage: Stage, face: Face, name: str, stream: bool) -> None:
    stage.fake.script(Status(429, retry_after=17))
    assert failure(face, stage.deployment(name), stream=stream).retry_after == 17


@EVERY
def test_wrong_credentials_are_refused_with_the_provider_s_reason(stage: Stage, face: Face, name: str) -> None:
    wrong = {
        "bedrock": '{"accessKeyId": "AKIAFAKE", "secretAccessKey": "wrong-secret-99"}',
        "bedrock key": '{"apiKey": "sk-wrong-0009"}',
    }.get(name, "sk-wrong-0009")
    if CASES[name].adapter == "google-vertex-ai":
        return  # a key file of somebody else: see below
    error = failure(face, stage.deployment(name, secret=wrong))
    assert isinstance(error, AuthenticationError | PermissionDeniedError)
    assert "wrong-secret-99" not in error.message
    assert "sk-wrong-0009" not in error.message
    assert stage.fake.journal[-1].authenticated_as is None


def test_a_service_account_that_google_does_not_know_is_refused(stage: Stage, face: Face, fake_providers) -> None:
    other = fake_providers("elsewhere").service_account()
    other["token_uri"] = f"{stage.fake.url}/token"
    error = failure(face, stage.deployment("vertex", secret=json.dumps(other)))
    assert isinstance(error, AuthenticationError)
    assert "got no access token from Google (400)" in error.message
    assert other["private_key"] not in "".join(traceback.format_exception(error))


def test_a_token_endpoint_that_is_down_counts_as_the_provider_being_unavailable(stage: Stage, face: Face) -> None:
    stage.fake.script(Status(503), operation="token")
    assert isinstance(failure(face, stage.deployment("vertex")), ProviderUnavailableError)
    assert face.complete(stage.deployment("vertex")).value.text


@EVERY
@pytest.mark.parametrize("code", [429, 500, 503])
def test_an_error_inside_a_stream_is_classified(stage: Stage, face: Face, name: str, code: int) -> None:
    stage.fake.script(ErrorInStream(code, after_chunks=2))
    seen: list[ChatCompletionChunk] = []
    error = failure(face, stage.deployment(name), stream=True, seen=seen)
    assert [chunk.text for chunk in seen if chunk.text] == ["seoul:", " one"]
    assert isinstance(error, RateLimitError if code == 429 else ProviderUnavailableError)


@EVERY
def test_a_stream_that_ends_without_a_finish_reason_is_a_failure(stage: Stage, face: Face, name: str) -> None:
    stage.fake.script(EndWithoutFinish())
    seen: list[ChatCompletionChunk] = []
    error = failure(face, stage.deployment(name), stream=True, seen=seen)
    assert (type(error), error.reason) == (ProviderUnavailableError, "stream ended early")
    assert "".join(chunk.text for chunk in seen) == "seoul: one two three"
    assert [choice.finish_reason for chunk in seen for choice in chunk.choices if choice.finish_reason] == []


@EVERY
@pytest.mark.parametrize("after", [0, 2])
@pytest.mark.parametrize("reset", [False, True], ids=["FIN", "RST"])
def test_a_cut_stream_is_a_failure(stage: Stage, face: Face, name: str, after: int, reset: bool) -> None:
    stage.fake.script(CutStream(after_chunks=after, reset=reset))
    seen: list[ChatCompletionChunk] = []
    error = failure(face, stage.deployment(name), stream=True, seen=seen)
    assert (type(error), error.reason) == (ProviderUnavailableError, "connection cut")
    assert len([chunk for chunk in seen if chunk.text]) <= after


@EVERY
def test_a_cut_body_is_a_failure(stage: Stage, face: Face, name: str) -> None:
    stage.fake.script(CutBody(), Malformed("truncated"))
    assert failure(face, stage.deployment(name)).reason == "connection cut"
    assert failure(face, stage.deployment(name)).reason == "malformed answer"


@EVERY
def test_a_broken_event_is_a_failure(stage: Stage, face: Face, name: str) -> None:
    stage.fake.script(Malformed("truncated"))
    assert failure(face, stage.deployment(name), stream=True).reason in ("malformed answer", "stream ended early")


@pytest.mark.parametrize("name", ["openai", "responses", "anthropic", "gemini", "vertex", "bedrock"])
@BOTH
def test_a_provider_that_never_answers_runs_into_the_timeout(stage: Stage, face: Face, name: str, stream: bool) -> None:
    deployment = stage.deployment(name)
    face.complete(deployment)  # where a token is needed, it is minted before the time runs
    stage.fake.script(StallBeforeHeaders(), operation="chat")
    error = failure(face, deployment, stream=stream, deadline=Deadline(0.3, gap=5))
    assert isinstance(error, ProviderTimeoutError)
    assert "0.3 s" in error.message
    assert "`timeout`" in error.message


def test_a_silent_stream_runs_into_the_gap(stage: Stage, face: Face) -> None:
    stage.fake.script(StallStream(after_chunks=2))
    seen: list[ChatCompletionChunk] = []
    error = failure(face, stage.deployment(), stream=True, seen=seen, deadline=Deadline(20, gap=0.3))
    assert isinstance(error, ProviderTimeoutError)
    assert "0.3 s" in error.message
    assert [chunk.text for chunk in seen if chunk.text] == ["seoul:", " one"]


def test_a_server_that_is_down_is_unavailable(stage: Stage, face: Face) -> None:
    deployment = stage.deployment()
    stage.fake.down()
    error = failure(face, deployment)
    assert (type(error), error.reason) == (ProviderUnavailableError, "connect error")
    assert "base URL" in error.message


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("anthropic", {"seed": 1}, "seed"),
        ("bedrock key", {"seed": 1}, "seed"),
        ("anthropic", {"store": True}, "store"),
        ("vertex claude", {"n": 2}, "n"),
    ],
)
def test_a_parameter_without_a_place_on_the_wire_is_refused_before_anything_is_sent(
    stage: Stage, face: Face, name: str, options: dict, said: str
) -> None:
    error = failure(face, stage.deployment(name), **options)
    assert isinstance(error, BadRequestError)
    assert re.search(rf"\b{said}\b", error.message)
    assert "nothing was sent" in error.message
    assert "drop_params" not in error.message
    assert [entry for entry in stage.fake.journal if entry.operation == "chat"] == []


def test_a_redirect_is_not_followed(stage: Stage, face: Face, fake_providers) -> None:
    elsewhere = fake_providers("elsewhere")
    stage.fake.script(Redirect(f"{elsewhere.url}/v1/chat/completions"))
    assert "redirect" in failure(face, stage.deployment()).message
    assert len(elsewhere.journal) == 0


@EVERY
@BOTH
def test_no_secret_shows_in_an_error_even_if_the_provider_quotes_it(
    stage: Stage, face: Face, name: str, stream: bool
) -> None:
    echo = f"bad key {KEY} and {AWS['secretAccessKey']} and header hush-0003"
    deployment = stage.deployment(name, headers={"X-Secret": "hush-0003"})
    for step in (Status(401, message=echo), BadRequest(message=echo), Status(500, message=echo)):
        stage.fake.script(step)
        error = failure(face, deployment, stream=stream)
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
        ours = [frame for frame in told.stack if "/genai_sdk/" in frame.filename]
        shown = [str(error), repr(error), repr(vars(error)), *(str(frame.locals) for frame in ours)]
        for secret in ("hush-0003", AWS["secretAccessKey"] if name == "bedrock" else KEY):
            if CASES[name].adapter != "google-vertex-ai" or secret == "hush-0003":
                assert secret not in "\n".join(shown)


def test_extra_headers_of_a_call_cannot_replace_authentication(stage: Stage, face: Face) -> None:
    for name, header in (("openai", "Authorization"), ("anthropic", "X-Api-Key"), ("bedrock", "x-amz-date")):
        with pytest.raises(InvalidRequestError, match="would replace the authentication"):
            face.complete(stage.deployment(name), extra_headers={header: "mine"})
    assert len(stage.fake.journal) == 0


def test_embeddings_fail_like_chat(stage: Stage, face: Face) -> None:
    for name, case in CASES.items():
        if case.embedding_model is None:
            continue
        stage.fake.script(Status(429, retry_after=3), operation="embedding")
        with pytest.raises(RateLimitError) as caught:
            face.embed(stage.deployment(name, case.embedding_model), "one")
        assert caught.value.retry_after == 3


def test_a_token_that_the_provider_refuses_is_not_used_again(stage: Stage, face: Face) -> None:
    deployment = stage.deployment("vertex")
    face.complete(deployment)
    stage.fake.script(Status(401))
    failure(face, deployment)
    face.complete(deployment)
    assert [entry.operation for entry in stage.fake.journal] == ["token", "chat", "chat", "token", "chat"]


def test_what_is_no_json_is_refused_before_anything_is_sent(stage: Stage, face: Face) -> None:
    for options in ({"extra_body": {"a": object()}}, {"logit_bias": {"1": object()}}):
        assert isinstance(failure(face, stage.deployment(), **options), BadRequestError)
    assert len(stage.fake.journal) == 0
