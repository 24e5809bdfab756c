"""What begins and ends: forks, the end of the process, and values that are loaded, kept fresh and dropped."""

from genai_sdk.lifecycle.cache import Cache
from genai_sdk.lifecycle.fetch import Fetch
from genai_sdk.lifecycle.freshness import CacheEntry, Freshness, copy_error

__all__ = ["Cache", "CacheEntry", "Fetch", "Freshness", "copy_error"]
