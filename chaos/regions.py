"""Addresses and keys of the regions, in a variable, for those who cannot learn them from Langfuse."""

import json
import os
from collections.abc import Mapping

VARIABLE = "CHAOS_REGIONS"


def write_regions(addresses: Mapping[str, str], keys: Mapping[str, str]) -> str:
    """Return what the variable holds."""
    return json.dumps({name: (address, keys[name]) for name, address in addresses.items()})


def read_regions() -> dict[str, tuple[str, str]]:
    """Return address and key of each region."""
    regions = json.loads(os.environ[VARIABLE])
    return {name: (address, key) for name, (address, key) in regions.items()}
