"""What runs in the vendors' environment: the files of three SDKs, told by lines of JSON what to do."""

import io
import json
import sys
from typing import Any

import anthropic
import openai
from google import genai

TEXT = b"a page of text"


def of_openai(order: dict[str, Any]) -> Any:
    """Upload a file, look at it, list it, download it and delete it."""
    with openai.OpenAI(base_url=order["url"] + "/v1", api_key="k", max_retries=0) as client:
        ends: Any = {"anchor": "created_at", "seconds": 7_200}
        made = client.files.create(file=("page.txt", TEXT), purpose="user_data", expires_after=ends)
        found = client.files.retrieve(made.id)
        listed = [each.id for each in client.files.list(limit=1)]
        content = client.files.content(made.id).read()
        gone = client.files.delete(made.id).deleted
    return [found.filename, found.bytes, listed == [made.id], content == TEXT, gone]


def of_anthropic(order: dict[str, Any]) -> Any:
    """Upload a file, look at it, list it, be refused its content, and delete it."""
    with anthropic.Anthropic(base_url=order["url"], api_key="k", max_retries=0) as client:
        made = client.files.upload(file=("page.txt", TEXT, "text/plain"), expires_in_seconds=7_200)
        found = client.files.retrieve_metadata(made.id)
        listed = [each.id for each in client.files.list(limit=1)]
        try:
            client.files.download(made.id)
            refused = False
        except anthropic.BadRequestError:
            refused = True
        gone = client.files.delete(made.id).type == "file_deleted"
    return [found.filename, found.size_bytes, listed == [made.id], refused, gone]


def of_google(order: dict[str, Any]) -> Any:
    """Upload a file, look at it, list it, name it in a call, and delete it."""
    options: Any = {"base_url": order["url"], "api_version": "v1beta"}
    client = genai.Client(api_key="k", http_options=options)
    facts: Any = {"mime_type": "text/plain", "display_name": "page.txt"}
    made = client.files.upload(file=io.BytesIO(TEXT), config=facts)
    found = client.files.get(name=str(made.name))
    listed = [each.name for each in client.files.list()]
    answer = client.models.generate_content(model="gemini-2.5-flash", contents=[found, "hi"])
    client.files.delete(name=str(made.name))
    return [found.display_name, found.size_bytes, listed == [made.name], answer.text == "fake: hi", True]


DONE = {"openai": of_openai, "anthropic": of_anthropic, "google": of_google}

for text in sys.stdin:
    try:
        said: dict[str, Any] = {"value": DONE[json.loads(text)["do"]](json.loads(text))}
    except Exception as error:
        said = {"error": type(error).__name__, "text": str(error)}
    print(json.dumps(said, default=str), flush=True)
