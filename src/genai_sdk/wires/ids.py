"""Ids for calls of tools that came without one: a call has to be answered by its id."""

from uuid import uuid4


def new_call_id() -> str:
    """Return an id that no other call has."""
    return f"call_{uuid4().hex}"
