"""What each server does in its own way, in words: the facts behind the table of docs/servers.md."""

from collections.abc import Mapping

REMARKS: Mapping[str, tuple[str, ...]] = {}
