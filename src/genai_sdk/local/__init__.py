"""The local platform: keys, prompts and traces with nothing but Python, behind Langfuse's own API."""

from genai_sdk.local.addresses import Addresses
from genai_sdk.local.first_connection import offer_simulated
from genai_sdk.local.hosts import is_loopback
from genai_sdk.local.platform import HOST, PORT, Platform

__all__ = ["HOST", "PORT", "Addresses", "Platform", "is_loopback", "offer_simulated"]
