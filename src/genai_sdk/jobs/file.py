"""What a file that a vendor keeps is."""

from typing import Literal

from genai_sdk.types.base import Record

FileStatus = Literal["processing", "processed", "failed"]


class FileObject(Record, frozen=True, kw_only=True):
    """A file that a vendor keeps, as it knows it.

    Attributes:
        id: What another process finds it by, and what a request names it by: `connection/files/vendor's id`.
        connection: The connection that it is on.
        vendor_id: The vendor's own id.
        name: How it is called.
        size: How many bytes it has.
        status: Whether it can be used yet; Google takes its time with films.
        purpose: What it is for, in OpenAI's words; empty where the vendor has no purposes.
        media_type: Its MIME type; empty where the vendor does not say it.
        created_at: When it was made, in seconds since 1970.
        expires_at: When its vendor deletes it; None where it does not.
    """

    id: str
    connection: str
    vendor_id: str
    name: str = ""
    size: int = 0
    status: FileStatus = "processed"
    purpose: str = ""
    media_type: str = ""
    created_at: int = 0
    expires_at: int | None = None
