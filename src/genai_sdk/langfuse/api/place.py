"""A place in a list, so that its next page takes no longer than its first."""

import msgspec


class Place(msgspec.Struct, frozen=True, array_like=True):
    """A place in a list, the newest first: what came before it was shown already.

    Attributes:
        moment: The moment of the last row shown, in the table's own unit.
        key: Its key, which orders rows of one moment.
    """

    moment: int
    key: int
