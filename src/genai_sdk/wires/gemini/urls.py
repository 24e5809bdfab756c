"""Where Google's models are."""

from urllib.parse import quote

from genai_sdk.catalogue import vertex_model_path
from genai_sdk.wires.wire import Endpoint

STUDIO = "google-ai-studio"


def model_url(endpoint: Endpoint) -> str:
    """Return the URL of a model, up to the method.

    A tuned model of Vertex AI is behind an endpoint, which has a number for a name.
    """
    root, model = endpoint.root, endpoint.model
    if endpoint.adapter == STUDIO:
        return f"{root}/{model if model.startswith('tunedModels/') else f'models/{_name(model)}'}"
    number = model.removeprefix("endpoints/")
    if number.isdigit():
        place = vertex_model_path(endpoint.project, endpoint.region, "google", "-").partition("/publishers/")[0]
        return f"{root}{place}/endpoints/{number}"
    return root + vertex_model_path(endpoint.project, endpoint.region, "google", plain_name(model))


def plain_name(model: str) -> str:
    """Return a model's name without what it stands below."""
    return model.removeprefix("models/")


def _name(model: str) -> str:
    return quote(plain_name(model), safe="@")
