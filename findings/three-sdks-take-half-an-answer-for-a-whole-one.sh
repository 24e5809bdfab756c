#!/usr/bin/env bash
# openai 3.57.0, anthropic 2.14.0 and google-genai 3.6.1: a proxy ends a stream in good order after the first words, without
# a finish reason, `[DONE]` or `message_stop`.
# Expected: an error, as every one of them raises when the connection breaks.
# Seen: all three hand the half out as the final answer; only a finish reason of None tells.
exec "$(dirname "$0")/lib/run.sh" openai==3.57.0 anthropic==2.14.0 google-genai==3.6.1 << 'PLAY'
import anthropic
import openai
from google import genai
from served import Served, finish

server = Served()
messages = [{"role": "user", "content": "hi"}]


def by_openai():
    choice = {"index": 0, "delta": {"role": "assistant", "content": "half an"}, "finish_reason": None}
    server.streams({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]})
    client = openai.OpenAI(api_key="key", base_url=f"{server.url}/v1", max_retries=0)
    with client.chat.completions.stream(model="m", messages=messages) as stream:
        choice = stream.get_final_completion().choices[0]
    return choice.message.content, choice.finish_reason


def by_anthropic():
    message = {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [], "stop_reason": None,
        "stop_sequence": None, "usage": {"input_tokens": 10, "output_tokens": 1},
    }
    server.streams(
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "half an"}},
    )
    client = anthropic.Anthropic(api_key="key", base_url=server.url, max_retries=0)
    with client.messages.stream(model="m", max_tokens=9, messages=messages) as stream:
        message = stream.get_final_message()
    return message.content[0].text, message.stop_reason


def by_google():
    server.streams({"candidates": [{"index": 0, "content": {"role": "model", "parts": [{"text": "half an"}]}}]})
    client = genai.Client(api_key="key", http_options={"base_url": server.url})
    last = list(client.models.generate_content_stream(model="gemini-3.8-flash", contents="hi"))[-1]
    return last.text, last.candidates[0].finish_reason


seen = []
for ask in (by_openai, by_anthropic, by_google):
    try:
        seen.append(ask())
    except Exception as error:
        seen.append(repr(error))
finish("openai", "anthropic", "google-genai", expected="three errors", seen=seen, still=seen == [("half an", None)] * 3)
PLAY
