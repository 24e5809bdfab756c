"""What servers of OpenAI's wire say when they refuse: each row is a server's own words and its status."""

import json
from typing import Any

import pytest

from genai_sdk.wires.encodings import as_utf8
from genai_sdk.wires.error_body import error_in, read_error
from genai_sdk.wires.openai import WIRE
from genai_sdk.wires.refusal import WORDS


def said(text: str, **fields: Any) -> dict[str, Any]:
    return {"error": {"message": text, **fields}}


def kind(status: int, body: dict[str, Any]) -> str:
    return WIRE.refusal(status, {}, read_error(json.dumps(body).encode(), WORDS.statuses))


ACCOUNT: list[tuple[int, dict[str, Any]]] = [
    (402, said("Insufficient Balance", type="unknown_error", code="invalid_request_error")),  # DeepSeek
    (402, said("This request requires more credits, or fewer max_tokens.", code=402)),  # OpenRouter
    (403, said("Key limit exceeded (total limit). Manage it in the settings.", code=403)),
    (498, said("Flex tier capacity exceeded", type="capacity_exceeded")),  # Groq
    (499, said("Request Cancelled")),
    (429, said("You exceeded your current quota, please check your plan and billing details.",
               type="insufficient_quota", code="insufficient_quota")),
    (400, said("x", code="insufficient_quota")),
    (500, said("x", code="insufficient_quota")),
    (429, said("Your account is not active, please check your billing details.", type="billing_not_active")),
    (400, said("Billing hard limit has been reached", code="billing_hard_limit_reached")),
    (400, said("Your organization is on hold.", type="organization_on_hold")),
    (400, said("Organization has been restricted. Please reach out to support.", code="organization_restricted")),
    (400, said("Your credit balance is too low to access the Anthropic API.", type="invalid_request_error")),
    (400, said("You have reached your specified API usage limits. You will regain access on 2026-12-01.")),
    (400, said("Access denied, please make sure your account is in good standing.", code="Arrearage")),  # DashScope
    (400, said("Access denied, please make sure your account is in good standing.")),
    (403, {"code": "AllocationQuota.FreeTierOnly", "message": "The free tier of the model has been exhausted."}),
    (429, said("您的账户已欠费", code="1113")),  # Zhipu
    (429, said("余额不足或无可用资源包")),
    (429, said("Your account org-1 <ak-1> is suspended, please check your plan and billing details",
               type="exceeded_current_quota_error")),  # Moonshot
    (403, said("Your account x has reached its spending limit. Purchase more credits.")),  # xAI
    (429, said("Your team has either used all available credits or reached its monthly spending limit.")),
    (401, said("Inactive subscription or usage limit reached")),  # Mistral
    (412, said("Account a is suspended, possibly due to reaching the monthly spending limit")),  # Fireworks
    (402, said("Credit limit exceeded, please add credits", type="credit_limit")),  # Together
    (403, {"code": 30001, "message": "Sorry, your account balance is insufficient", "data": None}),  # SiliconFlow
    (400, said("Deadline has been exceeded! Current cost: 1.2, Max budget: 1.0", type="budget_exceeded", code="400")),
    (402, said("You have exceeded your monthly included credits for Inference Providers.")),  # Hugging Face
    (403, said("The account has an overdue balance", code="AccountOverdueError")),  # Ark
    (429, {"errors": [{"message": "you have used up your daily free allocation of 10,000 neurons", "code": 4006}]}),
    (200, {"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}}),  # MiniMax
]  # fmt: skip


@pytest.mark.parametrize(("status", "body"), ACCOUNT, ids=[str(row[1])[:60] for row in ACCOUNT])
def test_an_account_that_cannot_pay_is_told_from_a_bad_request(status: int, body: dict[str, Any]) -> None:
    assert kind(status, body) == "account"


WINDOW: list[tuple[int, Any]] = [
    (400, said("This model's maximum context length is 8192 tokens.", code="context_length_exceeded")),  # OpenAI
    (400, said("Your input exceeds the context window of this model.")),
    (400, said("The prompt (total length 9000) is too long to fit into the model (context length 8192).")),  # vLLM
    (400, said("You passed 9000 input tokens and requested 0 output tokens. However, the model's context length is only "  # noqa: E501
               "8192 tokens, resulting in a maximum input length of 8191 tokens.")),
    (400, said("The decoder prompt (length 9000) is longer than the maximum model length of 8192.")),
    (400, {"object": "error", "message": "The input (9000 tokens) is longer than the model's context length.",
           "code": 400}),  # SGLang
    (400, said("Requested token count exceeds the model's maximum context length of 4096 tokens.")),
    (400, said("the request exceeds the available context size", code=400, type="exceed_context_size_error")),
    (500, said("input (3002 tokens) is too large to process. increase the physical batch size (current batch size: 256)",  # noqa: E501
               code=500, type="server_error")),  # llama-server
    (400, said("Requested tokens (9000) exceed context window of 2048")),  # llama-cpp-python
    (500, said("Requested tokens (9000) exceed context window of 2048")),
    (422, {"error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs`",
           "error_type": "validation"}),  # TGI
    (413, {"error": "Input validation error: `inputs` must have less than 512 tokens. Given: 600"}),  # TEI
    (413, said("Request body too large for gpt-4o model. Max size: 8000 tokens.", code="tokens_limit_reached")),
    (400, {"code": "Client specified an invalid argument",
           "error": "This model's maximum prompt length is 131072 but the request contains 150000 tokens."}),  # xAI
    (400, {"error": "Trying to keep the first 9000 tokens when context the overflows. However, the model is loaded with "  # noqa: E501
                    "context length of only 4096 tokens"}),  # LM Studio
    (400, said("Invalid request: Your request exceeded model token limit: 8192 (requested: 9000)")),  # Moonshot
    (400, said("Prompt 超长", code="1261")),  # Zhipu
    (400, said("Range of input length should be [1, 30720]", code="InvalidParameter")),  # DashScope
    (400, {"detail": "prompt is too long: 9000 tokens > 8192 maximum"}),  # MLflow, of what is behind it
    (400, said("the input length exceeds the context length")),  # Ollama
    (500, {"error": "input length exceeds maximum context length"}),
    (422, said("Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8193.")),  # Together
    (400, said("The prompt is too long: 140000, model maximum context length: 131071")),  # Fireworks
    (400, said("Please reduce the length of the messages or completion.", code="context_length_exceeded")),  # Groq
    (413, said("Request too large for model `x` in organization `o` on tokens per minute (TPM): Limit 6000")),
    (400, said("Please reduce the length of the messages or completion. Current length is 9000 while limit is 8192")),
    (400, {"object": "error", "message": "Prompt contains 40000 tokens and 0 draft tokens, too large for model with "
                                         "32768 maximum context length", "type": "invalid_request_error",
                                          "code": "3051"}),
    (400, said("This model's maximum context length is 65536 tokens. However, you requested 70000")),  # DeepSeek
    (400, said("This endpoint's maximum context length is 32768 tokens.", code=400)),  # OpenRouter
    (400, said("Provider returned error", code=400, metadata={"raw": "prompt is too long: 9 tokens > 8 maximum"})),
    (400, said("prompt token count of 130000 exceeds the limit of 128000", code="model_max_prompt_tokens_exceeded")),
    (400, {"message": "too many tokens: total number of tokens in the prompt cannot exceed 4081"}),  # Cohere
    (400, {"code": 20015, "message": "length of prompt_tokens (9000) must be less than max_seq_len (8192)."}),
    (503, said("x", code="context_length_exceeded")),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body"), WINDOW, ids=[str(row[1])[:60] for row in WINDOW])
def test_a_window_that_is_too_small_is_known_by_the_words_of_every_server(status: int, body: Any) -> None:
    assert kind(status, body) == "context_window"


OTHERS: list[tuple[int, dict[str, Any], str]] = [
    (400, said("/chat/completions: Invalid model name passed in model=x. Call `/v1/models`", code="400"),
     "model_not_found"),
    (400, said("x is not a valid model ID", code=400), "model_not_found"),  # OpenRouter
    (400, said("Model Not Exist", type="invalid_request_error"), "model_not_found"),  # DeepSeek
    (400, said("模型不存在", code="1211"), "model_not_found"),  # Zhipu
    (400, said("Unknown model: x", code="unknown_model"), "model_not_found"),  # GitHub Models
    (400, said("The model `x` has been decommissioned", code="model_decommissioned"), "model_not_found"),  # Groq
    (400, said("Invalid model: x", type="invalid_model", code="1500"), "model_not_found"),  # Mistral
    (400, {"detail": "Server is pinned to '/models/tiny'; requested 'no-such-model'."}, "model_not_found"),
      # transformers serve
    (400, said("No connected db.", type="no_db_connection", code="400"), "authentication"),  # a proxy of litellm's
    (400, {"code": "invalid", "error": "Incorrect API key provided: sk***. You can obtain one"}, "authentication"),
      # xAI
    (501, said("This server does not support embeddings.", type="not_supported_error", code=501), "bad_request"),
    (500, said("This server does not support embeddings.", type="not_supported_error", code=500), "bad_request"),
    (500, said("image input is not supported - hint: you may need to provide the mmproj", code=500), "bad_request"),
    (500, said("1 validation error for CreateChatCompletionRequest\nmessages"), "bad_request"),  # llama-cpp-python
    (500, {"error": {"message": "[{'type': 'literal_error'}] 2 validation errors", "code": None}}, "bad_request"),
    (400, said("Content Exists Risk", type="invalid_request_error"), "content_filter"),  # DeepSeek
    (400, said("Output data may contain inappropriate content.", code="data_inspection_failed"), "content_filter"),
    # What is none of all this, though it has some of the words.
    (400, said("max_tokens must be at least 1"), "bad_request"),
    (400, said("max_tokens is too large: 100000. This model supports at most 16384 completion tokens"), "bad_request"),
    (400, said("Invalid 'messages[0].name': string too long. Expected a string with maximum length 64."),
     "bad_request"),
    (429, said("Rate limit reached for gpt-4o on tokens per min (TPM): Limit 30000, Used 29000",
     code="rate_limit_exceeded"),
     "rate_limit"),
    (429, said("You exceeded your current quota. For more: https://ai.google.dev/gemini-api/docs/rate-limits Please "
               "retry in 36s", status="RESOURCE_EXHAUSTED"), "rate_limit"),  # Google's limit of a minute
    (500, said("The server had an error while processing your request"), "unavailable"),
    (500, said("1 validation error for ChatCompletionResponse"), "unavailable"),
    (503, said("Service temporarily unavailable"), "unavailable"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "expected"), OTHERS, ids=[str(row[1])[:60] for row in OTHERS])
def test_a_status_that_says_the_wrong_thing_is_corrected_by_words(
    status: int, body: dict[str, Any], expected: str
) -> None:
    assert kind(status, body) == expected


@pytest.mark.parametrize(
    ("event", "status"),
    [
        ({"object": "error", "message": "No.", "type": "BadRequestError", "param": None, "code": 400}, 400),
        ({"error": {"object": "error", "message": "No.", "code": 400}}, 400),
        ({"error": {"message": "No."}, "code": 429}, 429),
        ({"error": "No.", "status": 429}, 429),
        ({"error": {"error": {"message": "No.", "code": "400"}}}, 400),
        ({"message": "No.", "code": 503}, 503),
        ({"msg": "No.", "error_code": 110, "statusCode": 400}, 400),
        ({"errors": [{"message": "No.", "code": 413}]}, 413),
        ({"detail": "No."}, None),
        ({"type": "error", "message": "No.", "code": "server_error"}, 500),
        ({"choices": [], "error": {"message": "No.", "code": 502}}, 502),
        ({"choices": None, "base_resp": {"status_code": 1008, "status_msg": "No."}}, None),
    ],
)
def test_an_error_in_a_stream_keeps_its_words_and_status_flat_or_nested(event: Any, status: int | None) -> None:
    error = error_in(event, WORDS.statuses)
    assert error is not None
    assert (error.text, error.status) == ("No.", status)


@pytest.mark.parametrize(
    "data",
    [{"choices": [{}], "message": "hi", "code": 1}, {"id": "x", "message": "hi"}, {"base_resp": {"status_code": 0}}],
)
def test_what_says_no_error_is_none(data: Any) -> None:
    assert error_in(data, WORDS.statuses) is None


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_an_error_body_is_read_in_whatever_encoding(encoding: str) -> None:
    body = '{"error":{"message":"服务繁忙"}}'.encode(encoding)
    assert read_error(as_utf8(body), WORDS.statuses).text == "服务繁忙"


def test_an_error_body_in_latin_1_or_a_named_charset_is_read() -> None:
    assert as_utf8("Délai dépassé".encode("latin-1")).decode() == "Délai dépassé"
    assert as_utf8("過負荷".encode("shift_jis"), "text/plain; charset=Shift_JIS").decode() == "過負荷"
    assert as_utf8(b"\xff\xfe\xff") != b""
