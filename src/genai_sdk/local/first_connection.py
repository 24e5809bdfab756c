"""The connection that a new platform starts with, so that the first call needs no key."""

import msgspec

from genai_sdk.langfuse.new_connection import read_connection
from genai_sdk.local.platform import Platform
from genai_sdk.local.simulated import ready_connection
from genai_sdk.local.simulated.routes import PREFIX

NAME = "simulated"


def offer_simulated(platform: Platform) -> None:
    """Register the simulated provider on a new platform, and let its connection follow a platform that moved.

    Over Azure's wire, so that calls of a known model show what they would cost. Whoever removed it is not offered it
    again; a connection of that name which leads elsewhere is left alone.
    """
    ready = msgspec.structs.replace(ready_connection(platform.url, "seoul", "azure"), name=NAME)
    if not platform.is_new:
        known, _ = platform.store.connections.records([NAME])
        base_urls = [record.base_url or "" for record in known]
        if not any(PREFIX in url and url != ready.base_url for url in base_urls):
            return
    platform.store.connections.put(read_connection(msgspec.json.encode(ready.body())))
