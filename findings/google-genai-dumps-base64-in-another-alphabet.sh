#!/usr/bin/env bash
# google-genai 3.6.1: a response is kept as JSON (`model_dump_json(by_alias=True)`), to be read by something else later.
# Expected: thought signatures and images as they came over the wire, in the ordinary alphabet of base64.
# Seen: the alphabet for URLs, "-" and "_" for "+" and "/": what decodes the dump by the ordinary rules fails, or drops the
# characters that it does not know and has other bytes.
exec "$(dirname "$0")/lib/run.sh" google-genai==3.6.1 << 'PLAY'
import base64
import json

from google import genai
from served import Served, finish

server = Served()
client = genai.Client(api_key="key", http_options={"base_url": server.url})
part = {"text": "hi", "thoughtSignature": "+/+/"}
server.answers({"candidates": [{"content": {"role": "model", "parts": [part]}, "finishReason": "STOP"}]})
response = client.models.generate_content(model="gemini-3.8-flash", contents="hi")
dumped = json.loads(response.model_dump_json(by_alias=True))
seen = dumped["candidates"][0]["content"]["parts"][0]["thoughtSignature"]
finish(
    "google-genai", expected="+/+/", seen=f"{seen}, which b64decode reads as {base64.b64decode(seen)}",
    still=seen == "-_-_",
)
PLAY
