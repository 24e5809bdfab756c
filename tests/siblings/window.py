"""Requests that are too long for a model, in the words of many servers: the fallback for windows is asked."""

from tests.siblings.rows import Row, stream, whole
from tests.siblings.world import RESCUE, chunk, events, http

_WORDS = [
    ("OpenAI's code", "chat", 400, {"error": {"message": "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.", "type": "invalid_request_error", "param": "messages", "code": "context_length_exceeded"}}),
    ("OpenAI's words for GPT-5", "responses", 400, {"error": {"message": "Your input exceeds the context window of this model. Please adjust your input and try again.", "type": "invalid_request_error", "param": "input", "code": "context_length_exceeded"}}),
    ("the same with no code", "responses", 400, {"error": {"message": "Your input exceeds the context window of this model.", "type": "invalid_request_error", "code": None}}),
    ("vLLM's token budget", "chat", 400, {"object": "error", "message": "'max_tokens' or 'max_completion_tokens' is too large: 9000. This model's maximum context length is 8192 tokens and your request has 12 input tokens (9000 > 8192 - 12).", "type": "BadRequestError", "code": 400}),
    ("vLLM's decoder prompt", "chat", 400, {"error": {"message": "The decoder prompt (length 9000) is longer than the maximum model length of 8192. Make sure that `max_model_len` is no smaller than the number of text tokens.", "type": "BadRequestError", "code": 400}}),
    ("SGLang's requested tokens", "chat", 400, {"object": "error", "message": "Requested token count exceeds the model's maximum context length of 8192 tokens. You requested a total of 9000 tokens.", "type": "BadRequestError", "code": 400}),
    ("llama-server's code", "chat", 400, {"error": {"code": 400, "message": "the request exceeds the available context size. try increasing the context size or enable context shift", "type": "exceed_context_size_error", "n_prompt_tokens": 9000, "n_ctx": 8192}}),
    ("Ollama's words under 500", "chat", 500, {"error": {"message": "input length exceeds maximum context length", "type": "api_error"}}),
    ("TGI under 422", "chat", 422, {"error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 9000 `inputs` tokens and 20 `max_new_tokens`", "error_type": "validation"}),
    ("TEI under 413", "chat", 413, {"error": "Input validation error: `inputs` must have less than 512 tokens. Given: 9000", "error_type": "Validation"}),
    ("Together's", "chat", 422, {"error": {"message": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8193.", "type": "invalid_request_error"}}),
    ("Mistral's, flat", "chat", 400, {"object": "error", "message": "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length", "type": "invalid_request_prompt", "code": "3051"}),
    ("Mistral's assertion", "chat", 422, {"object": "error", "message": {"detail": [{"msg": "Assertion failed, prompt is too long"}]}, "type": "invalid_request_error"}),
    ("Groq's", "chat", 400, {"error": {"message": "Please reduce the length of the messages or completion.", "type": "invalid_request_error", "param": "messages", "code": "context_length_exceeded"}}),
    ("Groq's under 413", "chat", 413, {"error": {"message": "Request too large for model `x` in organization `y` on tokens per minute (TPM): Limit 6000, Requested 9000", "type": "tokens", "code": "rate_limit_exceeded"}}),
    ("Cerebras'", "chat", 400, {"message": "Please reduce the length of the messages or completion. Current length is 9000 while limit is 8192", "type": "invalid_request_error", "param": "messages", "code": "context_length_exceeded"}),
    ("xAI's", "chat", 400, {"code": "invalid-argument", "error": "This model's maximum prompt length is 131072 but the request contains 537812 tokens."}),
    ("DeepSeek's", "chat", 400, {"error": {"message": "This model's maximum context length is 65536 tokens. However, you requested 70000 tokens (66000 in the messages, 4000 in the completion).", "type": "invalid_request_error", "code": "invalid_request_error"}}),
    ("Moonshot's", "chat", 400, {"error": {"message": "Invalid request: Your request exceeded model token limit: 8192", "type": "invalid_request_error"}}),
    ("Zhipu's number", "chat", 400, {"error": {"code": "1261", "message": "Prompt 超长"}}),
    ("DashScope's range", "chat", 400, {"code": "InvalidParameter", "message": "Range of input length should be [1, 30720]"}),
    ("Qwen's words through vLLM in Chinese", "chat", 400, {"error": {"message": "输入内容过长，超过模型最大上下文长度"}}),
    ("Korean words", "chat", 400, {"error": {"message": "입력이 모델의 최대 컨텍스트 길이를 초과했습니다."}}),
    ("Korean words for tokens", "chat", 400, {"error": {"message": "입력 토큰 수가 최대 토큰 수를 초과하였습니다 (9000 > 8192)"}}),
    ("Japanese words", "chat", 400, {"error": {"message": "入力トークン数がモデルの最大コンテキスト長を超えています。"}}),
    ("MiniMax's window under 200", "chat", 200, {"base_resp": {"status_code": 1039, "status_msg": "token limit"}}),
    ("MiniMax's words", "chat", 200, {"base_resp": {"status_code": 2013, "status_msg": "invalid params, context window exceeds limit"}}),
    ("Fireworks'", "chat", 400, {"error": {"message": "The prompt is too long: 9000, model maximum context length: 8191", "code": "invalid_request_error"}}),
    ("Databricks'", "chat", 400, {"error_code": "BAD_REQUEST", "message": '{"error_code": "BAD_REQUEST", "message": "Input is too long for requested model."}'}),
    ("Cohere's", "chat", 400, {"message": "too many tokens: size limit exceeded by 9000 tokens. Try using shorter or fewer inputs, or setting prompt_truncation='AUTO'."}),
    ("Perplexity's", "chat", 400, {"error": {"message": "Prompt is too long. The maximum number of tokens is 127072", "type": "invalid_message", "code": 400}}),
    ("LM Studio's", "chat", 400, {"error": "Trying to keep the first 9000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough."}),
    ("OpenRouter's", "chat", 400, {"error": {"message": "This endpoint's maximum context length is 8192 tokens. However, you requested about 9000 tokens.", "code": 400}}),
    ("OpenRouter's, of who is behind it", "chat", 400, {"error": {"message": "Provider returned error", "code": 400, "metadata": {"raw": '{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}}', "provider_name": "Anthropic"}}}),
    ("GitHub's under 413", "chat", 413, {"error": {"code": "tokens_limit_reached", "message": "Request body too large for gpt-4o model. Max size: 8000 tokens.", "details": "…"}}),
    ("Copilot's", "chat", 400, {"error": {"message": "prompt token count of 70000 exceeds the limit of 64000", "code": "model_max_prompt_tokens_exceeded"}}),
    ("a proxy's class of litellm", "chat", 400, {"error": {"message": "litellm.ContextWindowExceededError: litellm.BadRequestError: ContextWindowExceededError: x", "type": None, "param": None, "code": "400"}}),
    ("a detail of FastAPI", "chat", 422, {"detail": "Input is too long: 9000 tokens exceed the limit of 8192"}),
    ("a server's 500 in plain text", "chat", 500, "RuntimeError: The sequence length is longer than the maximum (9000 > 4096): this exceeds the context window"),
    ("Anthropic's", "messages", 400, {"type": "error", "error": {"type": "invalid_request_error", "message": "prompt is too long: 210000 tokens > 200000 maximum"}}),
    ("Anthropic's with max_tokens", "messages", 400, {"type": "error", "error": {"type": "invalid_request_error", "message": "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000, decrease input length or `max_tokens` and try again"}}),
    ("Google's", "gemini", 400, {"error": {"code": 400, "message": "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).", "status": "INVALID_ARGUMENT"}}),
    ("Vertex AI's", "gemini", 400, {"error": {"code": 400, "message": "Unable to submit request because the input token count is 1200000 but model only supports up to 1048576. Reduce the input token count and try again.", "status": "INVALID_ARGUMENT"}}),
    ("AWS'", "converse", 400, {"message": "Input is too long for requested model."}),
    ("AWS' of a model", "converse", 400, {"message": "The model returned the following errors: prompt is too long: 210000 tokens > 200000 maximum"}),
    ("AWS' of Nova", "converse", 400, {"message": "The model returned the following errors: Input Tokens Exceeded: Number of input tokens exceeds maximum length. Please update the input to try again."}),
    ("AWS' of Llama", "converse", 400, {"message": "This model's maximum context length is 131072 tokens. Please reduce the length of the prompt"}),
]  # fmt: skip

_EVENTS = [
    ("an error event", "chat", events({"error": {"message": "the request exceeds the available context size", "type": "exceed_context_size_error", "code": 400}}, done=False)),
    ("an error event with no status", "chat", events({"error": {"message": "This model's maximum context length is 8192 tokens."}}, done=False)),
    ("an error event behind the role", "chat", events(chunk({"role": "assistant"}), {"object": "error", "message": "The input (9000 tokens) is longer than the model's context length (8192 tokens).", "type": "BadRequestError", "code": 400})),
    ("a failed response", "responses", events({"type": "response.failed", "response": {"status": "failed", "error": {"code": "context_length_exceeded", "message": "Your input exceeds the context window of this model."}}}, done=False)),
    ("a flat error event of Responses", "responses", events({"type": "error", "code": "context_length_exceeded", "message": "Your input exceeds the context window.", "param": "input"}, done=False)),
    ("Anthropic's event", "messages", events({"type": "error", "error": {"type": "invalid_request_error", "message": "prompt is too long: 9 tokens > 8 maximum"}}, done=False, named=True)),
]  # fmt: skip

ROWS: list[Row] = [
    *(
        whole(f"{says} ({wire}, {status})", wire, http(body, status), text=RESCUE)
        for says, wire, status, body in _WORDS
    ),
    *(stream(f"{says} ({wire}, in a stream)", wire, plays, text=RESCUE) for says, wire, plays in _EVENTS),
]
