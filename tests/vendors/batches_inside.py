"""What runs in the vendors' environment: the batches of three SDKs, told by lines of JSON what to do."""

import json
import sys
from typing import Any

import anthropic
import openai
from google import genai

MESSAGES = [{"role": "user", "content": "hi"}]


def of_openai(order: dict[str, Any]) -> Any:
    """Make a batch, and read what came of it."""
    with openai.OpenAI(base_url=order["url"] + "/v1", api_key="k", max_retries=0) as client:
        path = "/v1/chat/completions"
        line = {"custom_id": "a", "method": "POST", "url": path, "body": {"model": "m", "messages": MESSAGES}}
        file = client.files.create(file=("batch.jsonl", json.dumps(line).encode()), purpose="batch")
        made = client.batches.create(input_file_id=file.id, endpoint=path, completion_window="24h")
        batch = client.batches.retrieve(made.id)
        assert batch.output_file_id
        row = json.loads(client.files.content(batch.output_file_id).text)
        listed = [each.id for each in client.batches.list()]
    return [batch.status, row["response"]["body"]["choices"][0]["message"]["content"], listed == [made.id]]


def of_anthropic(order: dict[str, Any]) -> Any:
    """Make a batch, and read what came of it."""
    with anthropic.Anthropic(base_url=order["url"], api_key="k", max_retries=0) as client:
        params: Any = {"model": "m", "max_tokens": 5, "messages": MESSAGES}
        made = client.messages.batches.create(requests=[{"custom_id": "a", "params": params}])
        batch = client.messages.batches.retrieve(made.id)
        (row,) = client.messages.batches.results(made.id)
        listed = [each.id for each in client.messages.batches.list(limit=1)]
    result: Any = row.result
    return [batch.processing_status, result.message.content[0].text, listed == [made.id]]


def of_google(order: dict[str, Any]) -> Any:
    """Make a batch, and read what came of it."""
    options: Any = {"base_url": order["url"], "api_version": "v1beta"}
    client = genai.Client(api_key="k", http_options=options)
    made = client.batches.create(model="gemini-2.5-flash", src=[{"contents": "hi"}])
    batch: Any = client.batches.get(name=str(made.name))
    listed = [each.name for each in client.batches.list()]
    return [batch.state.value, batch.dest.inlined_responses[0].response.text, listed == [made.name]]


DONE = {"openai": of_openai, "anthropic": of_anthropic, "google": of_google}

for text in sys.stdin:
    try:
        said: dict[str, Any] = {"value": DONE[json.loads(text)["do"]](json.loads(text))}
    except Exception as error:
        said = {"error": type(error).__name__, "text": str(error)}
    print(json.dumps(said, default=str), flush=True)
