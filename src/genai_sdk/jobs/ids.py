"""The ids of batches: where one is, and what it is called there; and the ids of what is recorded of it. Pure."""

import hashlib
from urllib.parse import quote, unquote

import msgspec

from genai_sdk.errors import InvalidRequestError
from genai_sdk.sentence import Sentence


class BatchId(msgspec.Struct, frozen=True):
    """Where a batch is.

    Attributes:
        connection: The connection's name.
        model: The model id that was asked, or empty where nobody knows.
        operation: The operation's name.
        vendor_id: The vendor's own id.
    """

    connection: str
    model: str
    operation: str
    vendor_id: str

    def __str__(self) -> str:
        return "/".join(
            quote(part, safe=":@") for part in (self.connection, self.model, self.operation, self.vendor_id)
        )

    @classmethod
    def read(cls, text: object) -> "BatchId":
        """Read an id.

        Raises:
            InvalidRequestError: It is none of ours.
        """
        parts = [unquote(part) for part in text.split("/")] if isinstance(text, str) else []
        if len(parts) == 4 and parts[0] and parts[3]:
            return cls(*parts)
        raise InvalidRequestError(
            Sentence.of(
                "batch.id",
                "{text!r} is no batch's id: one is `batch.id` of `batches.create` or `batches.list`, "
                "such as 'openai_test/gpt-4o-mini/chat/batch_abc123'",
                text=text,
            )
        )


def recorded_ids(connection: str, vendor_id: str, custom_id: str) -> tuple[str, str]:
    """Return the ids of a result's trace and observation: the same whoever reads it, so that it is recorded once."""
    digest = hashlib.sha256(msgspec.json.encode((connection, vendor_id, custom_id))).hexdigest()
    return digest[:32], digest[32:48]
