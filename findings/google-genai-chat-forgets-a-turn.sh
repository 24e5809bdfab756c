#!/usr/bin/env bash
# google-genai 3.6.1: `chat.send_message_stream()`, where the last event of the stream holds the finish reason and the
# tokens and no content, which is optional in a candidate.
# Expected: the next message goes out with the conversation so far.
# Seen: one event without content makes the whole turn invalid: question and answer are left out of what is sent from then
# on, and the model knows nothing of them. `get_history()` shows them all the same.
exec "$(dirname "$0")/lib/run.sh" google-genai==3.6.1 << 'PLAY'
from google import genai
from served import Served, finish

server = Served()
client = genai.Client(api_key="key", http_options={"base_url": server.url})


def event(text=None, **more):
    content = {} if text is None else {"content": {"role": "model", "parts": [{"text": text}]}}
    return {"candidates": [{"index": 0, **content, **more}]}


def turns(*last):
    chat = client.chats.create(model="gemini-3.8-flash")
    server.streams(event("My name "), event("is Bo."), *last)
    for _ in chat.send_message_stream("Who are you?"):
        pass
    return len(chat.get_history(curated=True)), len(chat.get_history())


with_text, without = turns(event("", finishReason="STOP")), turns(event(finishReason="STOP"))
finish(
    "google-genai",
    expected="the same number of contents is sent and shown",
    seen=f"sent and shown: {with_text} if the last event has an empty text, {without} if it has no content",
    still=with_text[0] == with_text[1] and without[0] == 0 < without[1],
)
PLAY
