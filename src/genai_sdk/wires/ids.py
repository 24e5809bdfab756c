"""Ids for what came without one, such as calls of tools, which have to be answered by their id."""

from uuid import uuid4


def new_call_id() -> str:
    """Return an id that no other call has."""
    return f"call_{uuid4().hex}"


def id_part(vendor: str) -> str:
    """Return what an answer and its parts are called by: the vendor's own id, or one that no other answer has."""
    return vendor.rpartition("_")[2].rpartition("-")[2] or uuid4().hex
