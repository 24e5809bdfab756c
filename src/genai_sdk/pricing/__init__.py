"""What a project says its models cost, asked beside the calls."""

from genai_sdk.pricing.lookup import PriceLookup

__all__ = ["PriceLookup"]
