"""What stands below the exporter."""

from typing import Protocol

from genai_sdk.tracing.delivery import Encoded
from genai_sdk.tracing.queue import Mark


class Outlet(Protocol):
    """Takes encoded records and sees them settled; `Delivery` and `Spool` are the two.

    Attributes:
        linger: Seconds that records are gathered for before they are handed on.
        replayed: Records of ended processes that were sent.
        expired: Records of ended processes that were deleted at their age.
    """

    linger: float
    replayed: int
    expired: int

    def begin(self) -> None:
        """Start empty, in a forked child."""
        ...

    def send(self, records: list[Encoded], within: float) -> None:
        """Take records; what waits for an answer takes no longer than `within` seconds for each request."""
        ...

    def mark(self, mark: Mark) -> None:
        """Set `mark` as soon as all that came before it is settled."""
        ...

    def again(self) -> None:
        """Use the idle moment."""
        ...

    def rest(self, *, final: bool) -> None:
        """Leave nothing behind that holds nothing; `final` where nothing more will come. From any thread."""
        ...

    def close(self) -> None:
        """End; what is not settled is given up or given away."""
        ...
