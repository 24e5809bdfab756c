"""Usage as it is reported by many: the counts that a bill is made of, wherever they stand and whatever they are called."""

from typing import Any

from tests.siblings.rows import Row, stream, whole
from tests.siblings.world import chat, chunk, converse, events, google, http, message, response, said, streamed, text


def _both(says: str, usage: Any, **want: Any) -> list[Row]:
    return [
        whole(says, "chat", http(chat("hi", usage=usage)), **want),
        stream(
            f"{says} in a stream",
            "chat",
            events(chunk("hi"), chunk({}, "stop"), {"choices": [], "usage": usage}),
            **want,
        ),
    ]


_COUNTS = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}

ROWS: list[Row] = [
    *_both("OpenAI's cached tokens", {**_COUNTS, "prompt_tokens_details": {"cached_tokens": 60}}, kinds={"input": 40, "cached": 60, "output": 20}),
    *_both("OpenAI's written tokens", {**_COUNTS, "prompt_tokens_details": {"cached_tokens": 60, "cache_write_tokens": 30}}, kinds={"input": 10, "cached": 60, "written": 30, "output": 20}),
    *_both("DeepSeek's hits and misses", {**_COUNTS, "prompt_cache_hit_tokens": 60, "prompt_cache_miss_tokens": 40}, kinds={"input": 40, "cached": 60, "output": 20}),
    *_both("Moonshot's cached tokens", {**_COUNTS, "cached_tokens": 60}, kinds={"input": 40, "cached": 60, "output": 20}),
    *_both("Anthropic's cache behind a gateway, inside", {**_COUNTS, "cache_read_input_tokens": 60, "cache_creation_input_tokens": 30}, kinds={"input": 10, "cached": 60, "written": 30, "output": 20}),
    *_both("Qwen's cache with its kind", {**_COUNTS, "prompt_tokens_details": {"cached_tokens": 60, "cache_creation_input_tokens": 30, "cache_type": "ephemeral"}}, kinds={"input": 10, "cached": 60, "written": 30, "output": 20}),
    *_both("OpenAI's reasoning inside the completion", {**_COUNTS, "completion_tokens_details": {"reasoning_tokens": 15}}, kinds={"input": 100, "output": 5, "reasoning": 15}),
    *_both("xAI's reasoning beside the completion", {**_COUNTS, "total_tokens": 135, "completion_tokens_details": {"reasoning_tokens": 15}}, kinds={"input": 100, "output": 20, "reasoning": 15}),
    *_both("reasoning on the usage itself", {**_COUNTS, "reasoning_tokens": 15}, kinds={"input": 100, "output": 5, "reasoning": 15}),
    *_both("the Responses API's names", {"input_tokens": 100, "output_tokens": 20, "input_tokens_details": {"cached_tokens": 60}, "output_tokens_details": {"reasoning_tokens": 15}}, kinds={"input": 40, "cached": 60, "output": 5, "reasoning": 15}),
    *_both("Google's names", {"promptTokenCount": 100, "candidatesTokenCount": 20, "totalTokenCount": 120, "cachedContentTokenCount": 60}, kinds={"input": 40, "cached": 60, "output": 20}),
    *_both("audio tokens", {**_COUNTS, "prompt_tokens_details": {"audio_tokens": 30}, "completion_tokens_details": {"audio_tokens": 5}}, kinds={"input": 70, "input_audio": 30, "output": 15, "output_audio": 5}),
    *_both("details of null", {**_COUNTS, "prompt_tokens_details": None, "completion_tokens_details": None}, kinds={"input": 100, "output": 20}),
    *_both("details that are numbers", {**_COUNTS, "prompt_tokens_details": 0, "completion_tokens_details": []}, kinds={"input": 100, "output": 20}),
    *_both("details with texts and null", {**_COUNTS, "prompt_tokens_details": {"cached_tokens": "60", "audio_tokens": None}}, kinds={"input": 40, "cached": 60, "output": 20}),
    *_both("more cached tokens than there are", {**_COUNTS, "prompt_tokens_details": {"cached_tokens": 600}}, kinds={"cached": 100, "output": 20}),
    *_both("negative counts", {**_COUNTS, "prompt_tokens_details": {"cached_tokens": -1}}, kinds={"input": 100, "output": 20}),
    *_both("no total", {"prompt_tokens": 100, "completion_tokens": 20}, kinds={"input": 100, "output": 20}),
    *_both("Perplexity's cost and searches", {**_COUNTS, "num_search_queries": 3, "search_context_size": "low", "cost": {"total_cost": 0.006}}, uses={"num_search_queries": 3, "cost": {"total_cost": 0.006}, "search_context_size": "low"}),
    *_both("xAI's sources and ticks", {**_COUNTS, "num_sources_used": 3, "cost_in_usd_ticks": 5}, uses={"num_sources_used": 3, "cost_in_usd_ticks": 5}),
    *_both("OpenRouter's cost", {**_COUNTS, "cost": 0.0123, "cost_details": {"upstream_inference_cost": 0.01}}, uses={"cost": 0.0123, "cost_details": {"upstream_inference_cost": 0.01}}),
    *_both("Groq's times", {**_COUNTS, "queue_time": 0.1, "total_time": 0.2}, uses={"queue_time": 0.1, "total_time": 0.2}),
    *_both("a count nobody knows", {**_COUNTS, "mulling_tokens": 5}, uses={"mulling_tokens": 5}, kinds={"input": 100, "output": 20}),
    stream("usage in the first chunk", "chat", events(chunk("hi", usage=_COUNTS), chunk({}, "stop")), usage=(100, 20)),
    stream("usage that is corrected by the last", "chat", events(chunk("hi", usage={"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}), chunk({}, "stop", usage=_COUNTS)), usage=(100, 20)),
    stream("usage, then usage of null", "chat", events(chunk("hi"), chunk({}, "stop", usage=_COUNTS), {"choices": [], "usage": None}), usage=(100, 20)),
    whole("Anthropic's cache", "messages", http(message(text("hi"), usage={"input_tokens": 10, "output_tokens": 20, "cache_read_input_tokens": 60, "cache_creation_input_tokens": 30})), kinds={"input": 10, "cached": 60, "written": 30, "output": 20}),
    whole("Anthropic's cache of null", "messages", http(message(text("hi"), usage={"input_tokens": 100, "output_tokens": 20, "cache_read_input_tokens": None, "cache_creation": None})), kinds={"input": 100, "output": 20}),
    whole("Anthropic's count nobody knows", "messages", http(message(text("hi"), usage={"input_tokens": 100, "output_tokens": 20, "mulling_tokens": 5})), uses={"mulling_tokens": 5}),
    whole("Anthropic's usage as texts", "messages", http(message(text("hi"), usage={"input_tokens": "100", "output_tokens": "20"})), usage=(100, 20)),
    whole("Anthropic's no usage", "messages", http(message(text("hi"), usage=None)), usage=None, text="hi"),
    stream("Anthropic's usage all at the end", "messages", events(*streamed([text(""), {"type": "text_delta", "text": "hi"}], input_tokens=100, cache_read_input_tokens=60), done=False), kinds={"input": 100, "cached": 60, "output": 2}),
    whole("Google's thoughts", "gemini", http(google({"text": "hi"}, usageMetadata={"promptTokenCount": 100, "candidatesTokenCount": 5, "thoughtsTokenCount": 15, "totalTokenCount": 120})), kinds={"input": 100, "output": 5, "reasoning": 15}),
    whole("Google's count nobody knows", "gemini", http(google({"text": "hi"}, usageMetadata={"promptTokenCount": 100, "candidatesTokenCount": 20, "totalTokenCount": 120, "mullingTokenCount": 5})), usage=(100, 20)),
    whole("Bedrock's cache", "converse", http(converse({"text": "hi"}, usage={"inputTokens": 10, "outputTokens": 20, "totalTokens": 120, "cacheReadInputTokens": 60, "cacheWriteInputTokens": 30})), kinds={"input": 10, "cached": 60, "written": 30, "output": 20}),
    whole("Bedrock's no usage", "converse", http({key: item for key, item in converse({"text": "hi"}).items() if key != "usage"}), text="hi", usage=None),
    whole("a response's cache", "responses", http(response(said("hi"), usage={"input_tokens": 100, "output_tokens": 20, "total_tokens": 120, "input_tokens_details": {"cached_tokens": 60, "cache_write_tokens": 30}, "output_tokens_details": {"reasoning_tokens": 15}})), kinds={"input": 10, "cached": 60, "written": 30, "output": 5, "reasoning": 15}),
    whole("a response's usage by chat's names", "responses", http(response(said("hi"), usage={"prompt_tokens": 100, "completion_tokens": 20})), usage=(100, 20)),
    whole("a response's usage as texts", "responses", http(response(said("hi"), usage={"input_tokens": "100", "output_tokens": "20", "total_tokens": "120"})), usage=(100, 20)),
    whole("a response's no usage", "responses", http(response(said("hi"), usage=None)), text="hi", usage=None),
]  # fmt: skip
