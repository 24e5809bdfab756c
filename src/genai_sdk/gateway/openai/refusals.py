"""What stands in for the parts of OpenAI's API that nothing answers within the process. Pure."""

_KEPT = "as_openai() keeps no responses: create returns the whole one. "


def instead_of(method: str, path: list[str]) -> str:
    """Return what there is in place of a path, or an empty string."""
    match method, path:
        case "GET", ["responses", _]:
            return f"{_KEPT}client.retrieve_response(response) reads one that runs in the background again"
        case "POST", ["responses", _, "cancel"]:
            return f"{_KEPT}client.cancel_response(response) gives up one that runs in the background"
        case _, ["responses", _, *_]:
            return f"{_KEPT}An earlier one's output goes on as items of the next input"
        case _, ["uploads", *_]:
            return "files.create takes a file whole"
        case _, ["audio", "translations"]:
            return "audio.transcriptions writes down what is said, and a chat translates it"
        case _, ["images", "variations"]:
            return "images.edit makes a picture of a picture"
        case _, ["completions" | "chat", *rest] if rest:
            return "What a call has brought is in its answer, and in Langfuse"
    return ""
