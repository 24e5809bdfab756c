"""A file of requests as OpenAI's batches are made of, with names of ours in it: read, checked, and written anew. Pure.

https://platform.openai.com/docs/guides/batch#1-prepare-your-batch-file
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from genai_sdk.catalogue import is_azure_v1
from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import InvalidRequestError
from genai_sdk.jobs.wire import Limits
from genai_sdk.sentence import Sentence
from genai_sdk.types import ConnectionView
from genai_sdk.wires.kept_files import with_vendor_ids
from genai_sdk.wires.unsupported import UnsupportedError

_OWN = "genai"
_FORM = '{"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "gpt-6-luna", …}}'


class Row(msgspec.Struct, frozen=True):
    """A line of the file.

    Attributes:
        custom_id: The request's own id.
        url: The path that it is for.
        body: Its body.
        method: Always `"POST"`.
    """

    custom_id: str
    url: str
    body: dict[str, Any]
    method: str = "POST"


class RequestFile(msgspec.Struct, frozen=True):
    """The requests of a file.

    Attributes:
        model: The model that all of them ask for, a name of ours.
        url: The path that all of them are for.
        rows: The requests.
    """

    model: str
    url: str
    rows: Sequence[Row]


def read_requests(content: bytes) -> RequestFile:
    """Read a file of requests.

    Raises:
        InvalidRequestError: A line is none, has the id of another, or asks for another model or path than the first.
    """
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(content.split(b"\n"), 1):
        if line.strip():
            row = _row(line, number)
            if row.custom_id in seen:
                raise InvalidRequestError(
                    Sentence.of(
                        "jsonl.same_id",
                        "line {number} has the custom_id {custom_id!r} of line {other}: results are matched "
                        "by it, so give each its own",
                        number=number,
                        custom_id=row.custom_id,
                        other=seen[row.custom_id],
                    )
                )
            seen[row.custom_id] = number
            rows.append(row)
            _check_alike(rows[0], row, number)
    if not rows:
        raise InvalidRequestError(
            Sentence.of("jsonl.empty", "the file has no requests: each line is one, such as {form}", form=_FORM)
        )
    return RequestFile(rows[0].body["model"], rows[0].url, rows)


def _row(line: bytes, number: int) -> Row:
    try:
        row = msgspec.json.decode(line, type=Row)
    except msgspec.DecodeError as error:
        wrong = str(error)
    else:
        if row.method != "POST" or not row.url.startswith("/v1/") or not row.custom_id:
            wrong = "it has no custom_id, another method than POST, or an url that does not begin with /v1/"
        elif not isinstance(row.body.get("model"), str) or not row.body["model"]:
            wrong = "its body names no model"
        elif _OWN in row.body:
            wrong = f'its body has "{_OWN}": a batch stays on one deployment and takes no keywords of this client'
        else:
            return row
    raise InvalidRequestError(
        Sentence.of(
            "jsonl.line",
            "line {number} of the file is no request: {problem}. One is {form}",
            number=number,
            problem=wrong,
            form=_FORM,
        )
    )


def _check_alike(first: Row, row: Row, number: int) -> None:
    for what, one, other in (("model", first.body["model"], row.body["model"]), ("url", first.url, row.url)):
        if one != other:
            raise InvalidRequestError(
                Sentence.of(
                    "jsonl.mixed",
                    "line {number} has the {what} {other!r}, and the first {one!r}: a batch has one, so make "
                    "several files",
                    number=number,
                    what=what,
                    other=other,
                    one=one,
                )
            )


def written(requests: RequestFile, deployment: Deployment, limits: Limits) -> bytes:
    """Return the file as a deployment's vendor reads it: with its model's id, and the path as it calls it.

    Raises:
        InvalidRequestError: There are too many requests, they are too large, or name a file that is elsewhere.
    """
    view, lines = deployment.connection.view, []
    if limits.requests is not None and len(requests.rows) > limits.requests:
        raise InvalidRequestError(
            Sentence.of(
                "jsonl.too_many",
                "a batch on {name!r} holds {most:,} requests, not {count:,}: make several files ({source})",
                name=view.name,
                most=limits.requests,
                count=len(requests.rows),
                source=limits.source,
            )
        )
    url = path_on(view, requests.url)
    for row in requests.rows:
        try:
            body = with_vendor_ids({**row.body, "model": deployment.model}, view.name, view.adapter)
        except UnsupportedError as error:
            wrong = f"request {row.custom_id!r} has {error}, and its batch is on {view.name!r}"
        else:
            lines.append(msgspec.json.encode(Row(row.custom_id, url, body)))
            continue
        raise InvalidRequestError(wrong)
    content = b"\n".join(lines) + b"\n"
    if len(content) > limits.size:
        raise InvalidRequestError(
            Sentence.of(
                "jsonl.too_large",
                "a batch on {name!r} holds {most:,} bytes, not {size:,}: make several files ({source})",
                name=view.name,
                most=limits.size,
                size=len(content),
                source=limits.source,
            )
        )
    return content


def path_on(view: ConnectionView, url: str) -> str:
    """Return how a connection calls a path of OpenAI's: on Azure's dated wire there is no `/v1` before it.

    github.com/Azure/azure-rest-api-specs, AzureOpenAI/authoring/preview/2025-02-01-preview, examples/post_batch.json.
    """
    is_dated = view.adapter == "azure" and not is_azure_v1(view.base_url or "")
    return url.removeprefix("/v1") if is_dated else url


def path_off(url: str) -> str:
    """Return a path of a connection as OpenAI calls it."""
    return url if not url or url.startswith("/v1/") else f"/v1{url}"
