"""Prompts: written, labelled, found and listed."""

from genai_sdk.langfuse.api.context import Context
from genai_sdk.langfuse.api.request import ApiRequest, ApiResponse
from genai_sdk.langfuse.composition import Composed
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.new_prompt import read_labels, read_prompt
from genai_sdk.langfuse.prompt import PRODUCTION
from genai_sdk.langfuse.views import prompt_read, prompt_row, prompt_written


def page(context: Context, request: ApiRequest) -> ApiResponse:
    """List prompts by name."""
    page = request.page(10)
    rows, total = context.store.prompts.page(
        page.limit,
        page.offset,
        name=request.text("name"),
        label=request.text("label"),
        tag=request.text("tag"),
        version=request.number("version"),
        since=request.micros("fromUpdatedAt"),
        until=request.micros("toUpdatedAt"),
    )
    result = page.of([prompt_row(tuple(versions)) for versions in rows], total)
    return ApiResponse({**result, "pagination": result["meta"]})


def create(context: Context, request: ApiRequest) -> ApiResponse:
    """Write the next version of a prompt."""
    written = context.store.prompts.create(read_prompt(request.body))
    return ApiResponse(prompt_written(context.project.id, written), 201)


def get(context: Context, request: ApiRequest) -> ApiResponse:
    """Find a version by its number or by a label, with its references replaced unless request otherwise."""
    name, label, version = request.path["name"], request.text("label"), request.number("version")
    if label and version is not None:
        raise ApiError(400, "Cannot specify both version and label")
    prompts, label = context.store.prompts, None if version is not None else label or PRODUCTION
    try:
        if request.text("resolve") == "false":
            raw = prompts.find(name, label=label, version=version)
            prompt = None if raw is None else (raw, Composed(raw.prompt, None))
        else:
            prompt = prompts.composed(name, label=label, version=version)
    except ApiError as error:  # what it refers to has gone since it was written
        raise ApiError(500, "Internal Server Error", error.message) from None
    if prompt is None:
        wanted = f"label '{label}'" if version is None else f"version {version}"
        raise ApiError(404, f"Prompt not found: '{name}' with {wanted}")
    return ApiResponse(prompt_read(context.project.id, *prompt))


def delete(context: Context, request: ApiRequest) -> ApiResponse:
    """Delete a prompt's versions, or those of a label or number."""
    name, label, version = request.path["name"], request.text("label"), request.number("version")
    if label and version is not None:
        raise ApiError(400, "Cannot specify both version and label")
    if not context.store.prompts.delete(name, label=label, version=version):
        raise ApiError(404, "Prompt not found")
    return ApiResponse(None, 204)


def label(context: Context, request: ApiRequest) -> ApiResponse:
    """Give a version further labels."""
    labels = read_labels(request.body)
    number = request.path["version"]
    if not (number.isascii() and number.isdecimal()) or len(number) > 9:
        raise ApiError(404, f"Prompt '{request.path['name']}' version {number} not found in project")
    written = context.store.prompts.label(request.path["name"], int(number), labels)
    return ApiResponse(prompt_written(context.project.id, written))
