"""What runs in the vendors' environment: Google's SDK, told by lines of JSON what to do."""

import base64
import json
import sys
import warnings
from importlib.metadata import version
from typing import Any

from google import genai
from google.genai import errors, types
from google.oauth2.credentials import Credentials

ENUMS = (
    types.FinishReason,
    types.BlockedReason,
    types.MediaModality,
    types.TrafficType,
    types.ServiceTier,
    types.ThinkingLevel,
    types.FunctionCallingConfigMode,
)
MODELS = (
    types.Part,
    types.FunctionCall,
    types.PartialArg,
    types.Candidate,
    types.GenerateContentResponse,
    types.GenerateContentResponseUsageMetadata,
    types.Tool,
    types.Schema,
)


def words(_order: dict[str, Any]) -> dict[str, Any]:
    """Return every word that the package defines of what we have tables for."""
    fields = {model.__name__: [camel(name) for name in model.model_fields] for model in MODELS}
    enums = {enum.__name__: [item.value for item in enum] for enum in ENUMS}
    return {"version": version("google-genai"), **fields, **enums}


def camel(name: str) -> str:
    """Return a field's name on the wire."""
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def client(order: dict[str, Any]) -> genai.Client:
    """Return a client of the server that an order names; of Vertex AI's for a project's token."""
    url = order["url"]
    options = types.HttpOptions(base_url=url, retry_options=types.HttpRetryOptions(attempts=1), timeout=20_000)
    if token := order.get("token"):
        known = Credentials(token)
        return genai.Client(vertexai=True, project="p", location="us-east5", credentials=known, http_options=options)
    return genai.Client(api_key="sk-vendor", http_options=options)


def generate(order: dict[str, Any]) -> Any:
    """Make a call, whole or streamed, and return all that the SDK saw in its answer."""
    with client(order) as made:
        arguments = {"model": order["model"], "contents": order["contents"], "config": order.get("config")}
        if not order.get("stream"):
            return [seen(made.models.generate_content(**arguments))]
        return [seen(item) for item in made.models.generate_content_stream(**arguments)]


def seen(response: types.GenerateContentResponse) -> Any:
    """Return a response as plain JSON, without what the SDK adds."""
    apart = {"sdk_http_response", "automatic_function_calling_history", "parsed"}
    return response.model_dump(mode="json", exclude_none=True, by_alias=True, exclude=apart)


def see(order: dict[str, Any]) -> Any:
    """Ask for content, and return what came."""
    contents = [{"role": "user", "parts": [{"text": "Hello!"}]}]
    config = {"automatic_continuation": False}
    return generate({**order, "model": "m", "contents": contents, "config": config, "stream": order["how"] != "whole"})


def embed(order: dict[str, Any]) -> Any:
    """Embed texts and return the vectors."""
    with client(order) as made:
        found = made.models.embed_content(model=order["model"], contents=order["contents"], config=order.get("config"))
    return [item.values for item in found.embeddings or ()]


def draw(order: dict[str, Any]) -> Any:
    """Make pictures by Imagen and return them, in base64."""
    with client(order) as made, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the SDK leaves Imagen; its servers still answer
        config = types.GenerateImagesConfig(number_of_images=2, include_rai_reason=True)
        response = made.models.generate_images(model="imagen-4.0-generate-001", prompt="a bridge", config=config)
    images = [item.image for item in response.generated_images or () if item.image is not None]
    return [base64.b64encode(image.image_bytes or b"").decode() for image in images]


DOES = {"words": words, "generate": generate, "see": see, "embed": embed, "draw": draw}

for line in sys.stdin:
    order = json.loads(line)
    try:
        answer = {"value": DOES[order["do"]](order)}
    except errors.APIError as error:
        answer = {"error": type(error).__name__, "status": error.code, "word": error.status, "text": error.message}
    print(json.dumps(answer), flush=True)
