"""Prompts: written, labelled, found and listed."""

from genai_sdk.langfuse.composition import Composed
from genai_sdk.langfuse.new_prompt import read_labels, read_prompt
from genai_sdk.langfuse.prompt import PRODUCTION
from genai_sdk.langfuse.refusal import RefusalError
from genai_sdk.langfuse.views import prompt_read, prompt_row, prompt_written
from genai_sdk.local.api.asked import Asked, Said
from genai_sdk.local.api.endpoint import Context


def page(context: Context, asked: Asked) -> Said:
    """List prompts by name."""
    page = asked.page(10)
    rows, total = context.store.prompts.page(
        page.limit,
        page.offset,
        name=asked.text("name"),
        label=asked.text("label"),
        tag=asked.text("tag"),
        version=asked.number("version"),
        since=asked.micros("fromUpdatedAt"),
        until=asked.micros("toUpdatedAt"),
    )
    found = page.of([prompt_row(tuple(versions)) for versions in rows], total)
    return Said({**found, "pagination": found["meta"]})


def create(context: Context, asked: Asked) -> Said:
    """Write the next version of a prompt."""
    written = context.store.prompts.create(read_prompt(asked.body))
    return Said(prompt_written(context.credentials.project_id, written), 201)


def get(context: Context, asked: Asked) -> Said:
    """Find a version by its number or by a label, with its references replaced unless asked otherwise."""
    name, label, version = asked.path["name"], asked.text("label"), asked.number("version")
    if label and version is not None:
        raise RefusalError(400, "Cannot specify both version and label")
    prompts, label = context.store.prompts, None if version is not None else label or PRODUCTION
    try:
        if asked.text("resolve") == "false":
            raw = prompts.find(name, label=label, version=version)
            found = None if raw is None else (raw, Composed(raw.prompt, None))
        else:
            found = prompts.composed(name, label=label, version=version)
    except RefusalError as error:  # what it refers to has gone since it was written
        raise RefusalError(500, "Internal Server Error", error.message) from None
    if found is None:
        wanted = f"label '{label}'" if version is None else f"version {version}"
        raise RefusalError(404, f"Prompt not found: '{name}' with {wanted}")
    return Said(prompt_read(context.credentials.project_id, *found))


def delete(context: Context, asked: Asked) -> Said:
    """Delete a prompt's versions, or those of a label or number."""
    name, label, version = asked.path["name"], asked.text("label"), asked.number("version")
    if label and version is not None:
        raise RefusalError(400, "Cannot specify both version and label")
    if not context.store.prompts.delete(name, label=label, version=version):
        raise RefusalError(404, "Prompt not found")
    return Said(None, 204)


def label(context: Context, asked: Asked) -> Said:
    """Give a version further labels."""
    labels = read_labels(asked.body)
    number = asked.path["version"]
    if not (number.isascii() and number.isdecimal()) or len(number) > 9:
        raise RefusalError(404, f"Prompt '{asked.path['name']}' version {number} not found in project")
    written = context.store.prompts.label(asked.path["name"], int(number), labels)
    return Said(prompt_written(context.credentials.project_id, written))
