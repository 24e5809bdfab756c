"""Requests for files and batches, read as calls of `client.files` and `client.batches`. Pure.

Ids are this client's, with slashes in them: openai 2.0.0 puts them into a path as they are, 3.57.0 encodes them.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

from genai_sdk.errors import InvalidRequestError
from genai_sdk.gateway.openai.api_call import BLOCK, ApiCall, HttpRequest, Method, read_block, read_body
from genai_sdk.gateway.openai.media_request import read_form
from genai_sdk.sentence import Sentence

# What a page holds that nobody gives a length (openai 3.57.0, types/file_list_params.py and batch_list_params.py).
_PAGES = {"files": 10_000, "batches": 20}


def read_job(request: HttpRequest, path: list[str]) -> ApiCall | None:
    """Read a request; None if none of these answers its path.

    Raises:
        InvalidRequestError: It has what files and batches do not take.
    """
    owner, rest = path[0], path[1:]
    call: ApiCall | None = None
    match request.method, owner, rest:
        case "POST", "files", []:
            call = _upload(read_form(request.body))
        case "POST", "batches", []:
            call = _start(read_body(request))
        case "GET", _, []:
            call = _list(owner, dict(parse_qsl(request.query)))
        case "GET", "files", [*ident, "content"] if ident:
            call = _named(owner, "content", ident)
        case "GET", _, ident:
            call = _named(owner, "retrieve", ident)
        case "DELETE", "files", ident if ident:
            call = _named(owner, "delete", ident)
        case "POST", "batches", [*ident, "cancel"] if ident:
            call = _named(owner, "cancel", ident)
    if call is not None and (request.headers or request.timeout is not None):
        raise InvalidRequestError(
            Sentence.of(
                "openai.jobs_bounds",
                "{owner} of as_openai() take neither extra_headers nor a timeout: the client's `deadline` bounds them",
                owner=owner,
            )
        )
    return call


def _upload(form: dict[str, Any]) -> ApiCall:
    own = read_block(form, ("connection",))
    arguments: dict[str, Any] = {"file": form.pop("file", None), "expires_after": _lifetime(form)}
    purpose = form.pop("purpose", None)
    _refuse(form, "files.create")
    if purpose == "batch":
        if own:
            raise InvalidRequestError(
                Sentence.of(
                    "openai.batch_block",
                    "the model of a batch's requests says which connection: leave {block} out",
                    block=BLOCK,
                )
            )
        return ApiCall(owner="batches", method="upload", arguments=arguments)
    return ApiCall(owner="files", method="create", arguments={**arguments, **own, "purpose": _purpose(purpose)})


def _purpose(purpose: Any) -> str | None:
    """Return what a file is for; `user_data` is what other vendors' files are for without a word."""
    return None if purpose == "user_data" else purpose


def _lifetime(form: dict[str, Any]) -> int | None:
    given = form.pop("expires_after", None)
    if given is None:
        return None
    seconds = given.get("seconds") if isinstance(given, Mapping) else None
    if given.get("anchor") != "created_at" or not str(seconds).isdecimal():
        raise InvalidRequestError(
            Sentence.of("openai.expires_after", 'expires_after must be {{"anchor": "created_at", "seconds": …}}')
        )
    return int(str(seconds))


def _start(body: dict[str, Any]) -> ApiCall:
    arguments = {"file_id": body.pop("input_file_id", None), "endpoint": body.pop("endpoint", None)}
    window = body.pop("completion_window", None)
    if window != "24h":
        raise InvalidRequestError(
            Sentence.of("openai.window", 'completion_window must be "24h", not {window}', window=repr(window))
        )
    facts: dict[str, Any] = {name: body.pop(name) for name in ("metadata", "output_expires_after") if name in body}
    _refuse(body, "batches.create")
    return ApiCall(owner="batches", method="start", arguments={**arguments, **facts})


def _list(owner: str, query: dict[str, str]) -> ApiCall:
    limit, order = query.pop("limit", str(_PAGES[owner])), query.pop("order", "desc")
    if not limit.isdecimal() or not 1 <= int(limit) <= _PAGES["files"]:
        raise InvalidRequestError(
            Sentence.of(
                "openai.limit",
                "limit must be a number from 1 to {most:,}, not {limit}",
                most=_PAGES["files"],
                limit=repr(limit),
            )
        )
    if order != "desc":
        raise InvalidRequestError(
            Sentence.of(
                "openai.order",
                '{owner}.list has the newest first: order must be "desc", not {order}',
                owner=owner,
                order=repr(order),
            )
        )
    # One more than is wanted tells whether there are more.
    arguments: dict[str, Any] = {"limit": int(limit) + 1, "after": query.pop("after", None)}
    known = ("connection", "purpose") if owner == "files" else ("connection",)
    arguments |= {name: query.pop(name) for name in known if name in query}
    _refuse(query, f"{owner}.list")
    return ApiCall(owner=owner, method="list", arguments=arguments, limit=int(limit))


def _named(owner: str, method: Method, ident: list[str]) -> ApiCall:
    name = "file_id" if owner == "files" else "batch_id"
    text = unquote(ident[0]) if len(ident) == 1 else "/".join(ident)
    return ApiCall(owner=owner, method=method, arguments={name: text})


def _refuse(left: Mapping[str, Any], what: str) -> None:
    if left:
        raise InvalidRequestError(
            Sentence.of("openai.unknown", "{what} of as_openai() does not know {names}", what=what, names=sorted(left))
        )
