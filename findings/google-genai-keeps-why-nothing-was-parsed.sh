#!/usr/bin/env bash
# google-genai 3.6.1: an answer that does not fit the pydantic model in `response_schema`: cut by MAX_TOKENS, or with a word
# where the model has a number.
# Expected: a ValidationError, or some way to tell both from an answer that has nothing to parse.
# Seen: `response.parsed` is None, as it is where nothing was to be parsed; what pydantic said is thrown away, and the code
# fails at the first attribute of None.
exec "$(dirname "$0")/lib/run.sh" google-genai==3.6.1 << 'PLAY'
from google import genai
from pydantic import BaseModel
from served import Served, finish


class Weather(BaseModel):
    city: str
    celsius: float


server = Served()
client = genai.Client(api_key="key", http_options={"base_url": server.url})


def parsed(text, reason):
    content = {"role": "model", "parts": [{"text": text}]}
    server.answers({"candidates": [{"index": 0, "content": content, "finishReason": reason}]})
    config = {"response_mime_type": "application/json", "response_schema": Weather}
    try:
        return client.models.generate_content(model="gemini-3.8-flash", contents="hi", config=config).parsed
    except ValueError as error:
        return repr(error)


whole = parsed('{"city": "Seoul", "celsius": 3}', "STOP")
seen = [parsed('{"city": "Se', "MAX_TOKENS"), parsed('{"city": "Seoul", "celsius": "warm"}', "STOP")]
still = isinstance(whole, Weather) and seen == [None, None]
finish("google-genai", expected="two errors that say why", seen=seen, still=still)
PLAY
