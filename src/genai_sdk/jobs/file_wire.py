"""What a vendor's API of files is: generators that yield requests and are sent the responses, as those of batches."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import Protocol

import msgspec

from genai_sdk.errors import InvalidRequestError
from genai_sdk.jobs.file import FileObject, FileStatus
from genai_sdk.jobs.wire import Read, Steps
from genai_sdk.sentence import Sentence
from genai_sdk.types import ConnectionView
from genai_sdk.wires.kept_files import FileId
from genai_sdk.wires.multipart import File
from genai_sdk.wires.wire import Endpoint


class FileState(msgspec.Struct, frozen=True, kw_only=True):
    """A file in no vendor's words; the fields are those of `FileObject`."""

    vendor_id: str
    name: str = ""
    size: int = 0
    status: FileStatus = "processed"
    purpose: str = ""
    media_type: str = ""
    created_at: int = 0
    expires_at: int | None = None


class FileWire(Protocol):
    """A vendor's API of files at one endpoint."""

    def create(self, file: File, purpose: str, expires_after: int | None) -> Steps[FileState]:
        """Upload a file."""
        ...

    def retrieve(self, vendor_id: str) -> Steps[FileState]:
        """Look at a file."""
        ...

    def list(self, limit: int, after: str, purpose: str) -> Steps[Sequence[FileState]]:
        """Look at the files there are, or at those behind one; with a purpose, at those alone that have it."""
        ...

    def delete(self, vendor_id: str) -> Steps[None]:
        """Delete a file."""
        ...

    def content(self, vendor_id: str) -> Steps[bytes]:
        """Download a file."""
        ...


class FileRules(msgspec.Struct, frozen=True):
    """What an adapter's files take.

    Attributes:
        wire: The module of its API.
        purpose: What a file is for where nobody says it; empty where there are no purposes.
        lifetime: The seconds that a file may be given to live, the fewest and the most; None where that is the
            vendor's to say.
        source: Where that is said.
    """

    wire: str
    purpose: str
    lifetime: tuple[int, int] | None
    source: str


_DAY = 86_400
_RULES: Mapping[str, FileRules] = MappingProxyType(
    {
        "openai": FileRules("openai_files", "user_data", (3_600, 30 * _DAY), "openai 3.57.0, file_create_params.py"),
        # .../how-to/responses: "A purpose of user_data is currently not supported", and assistants is to be said.
        "azure": FileRules(
            "openai_files",
            "assistants",
            (14 * _DAY, 30 * _DAY),
            "https://learn.microsoft.com/azure/ai-foundry/openai/how-to/batch",
        ),
        "anthropic": FileRules(
            "anthropic_files", "", (3_600, 90 * _DAY), "anthropic 2.14.0, types/file_upload_params.py"
        ),
        "google-ai-studio": FileRules("gemini_files", "", None, "https://ai.google.dev/gemini-api/docs/files"),
    }
)

_REFUSED: Mapping[str, str] = MappingProxyType(
    {
        # https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-call.html
        "bedrock": "Bedrock keeps no files: put the file into the message, or name one of your S3 bucket as s3://…",
        # google-genai 3.6.1, files.py: "only supported in Gemini Developer API mode"
        "google-vertex-ai": "Vertex AI keeps no files: put the file into the message, or name one of Cloud Storage as "
        "gs://…",
    }
)


def file_refusal(view: ConnectionView) -> str | None:
    """Return why a connection keeps no files; None if it does."""
    if view.adapter in _RULES:
        return None
    return _REFUSED.get(view.adapter, f"{view.adapter} has no files that are spoken here")


def purpose_refusal(view: ConnectionView) -> str | None:
    """Return why a connection has no files of any purpose; None if it has."""
    if (why := file_refusal(view)) is not None or _RULES[view.adapter].purpose:
        return why
    return "its files have no purposes"


def behind(states: list[FileState], after: str) -> tuple[list[FileState], str]:
    """Return what stands behind a file; nothing, and the file still to be found, where it is not among them."""
    place = next((place for place, state in enumerate(states) if state.vendor_id == after), None)
    return ([], after) if place is None else (states[place + 1 :], "")


def file_wire(endpoint: Endpoint, read: Read) -> FileWire:
    """Return the API of files at an endpoint, importing it if nobody has yet."""
    wire: FileWire = import_module(f"genai_sdk.jobs.{_RULES[endpoint.adapter].wire}").WIRE(endpoint, read)
    return wire


def read_terms(view: ConnectionView, purpose: object, expires_after: object) -> tuple[str, int | None]:
    """Return what a file is for and how long it lives, as its vendor takes it.

    Raises:
        InvalidRequestError: The vendor has no purposes, or lets no file live so long.
    """
    rules = _RULES[view.adapter]
    if purpose is not None and (not isinstance(purpose, str) or not purpose):
        raise InvalidRequestError(
            Sentence.of(
                "file.purpose", 'purpose must be a text such as "user_data", not {purpose}', purpose=repr(purpose)
            )
        )
    if purpose is not None and not rules.purpose:
        raise InvalidRequestError(
            Sentence.of(
                "file.no_purpose",
                "files on {name!r} ({adapter}) have no purpose: leave it out",
                name=view.name,
                adapter=view.adapter,
            )
        )
    if expires_after is None:
        return purpose or rules.purpose, None
    if rules.lifetime is None:
        raise InvalidRequestError(
            Sentence.of(
                "file.no_expiry",
                "how long files on {name!r} live is Google's to say: leave expires_after out ({source})",
                name=view.name,
                source=rules.source,
            )
        )
    least, most = rules.lifetime
    if not isinstance(expires_after, int) or isinstance(expires_after, bool) or not least <= expires_after <= most:
        raise InvalidRequestError(
            Sentence.of(
                "file.expires_after",
                "expires_after must be a whole number of seconds, {least:,} to {most:,} on {name}, not "
                "{seconds} ({source})",
                least=least,
                most=most,
                name=repr(view.name),
                seconds=repr(expires_after),
                source=rules.source,
            )
        )
    return purpose or rules.purpose, expires_after


def file_of(connection: str, state: FileState) -> FileObject:
    """Return a file on a connection."""
    fields = msgspec.structs.asdict(state)
    return FileObject(id=str(FileId(connection, state.vendor_id)), connection=connection, **fields)
