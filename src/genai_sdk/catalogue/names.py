"""What vendors put around a model's name: prefixes of regions and vendors, and which regions are whose."""

REGION_PREFIXES = ("us", "eu", "apac", "jp", "au", "ca", "in", "us-gov", "eusc", "global")
"""Bedrock's inference profiles: `us.anthropic.…` is served within the United States.

https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
"""

VENDOR_PREFIXES = (
    "ai21",
    "amazon",
    "anthropic",
    "cohere",
    "deepseek",
    "google",
    "luma",
    "meta",
    "minimax",
    "mistral",
    "moonshot",
    "moonshotai",
    "nvidia",
    "openai",
    "qwen",
    "stability",
    "twelvelabs",
    "writer",
    "xai",
    "zai",
)
"""Who made a model, in Bedrock's ids: `anthropic.claude-…`.

https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html
"""

# Tokyo and Osaka; Sydney and Melbourne; Mumbai and Hyderabad.
_JAPAN = ("ap-northeast-1", "ap-northeast-3")
_AUSTRALIA = ("ap-southeast-2", "ap-southeast-4")
_INDIA = ("ap-south-1", "ap-south-2")


def own_profiles(region: str | None) -> tuple[str, ...]:
    """Return the region prefixes of the profiles that an AWS region belongs to, the narrowest first."""
    match (region or "").split("-"):
        case ["us", "gov", *_]:
            return ("us-gov",)
        case [("us" | "eu" | "ca" | "eusc") as area, _, *_]:
            return (area,)
        case ["ap", _, *_]:
            narrow = "jp" if region in _JAPAN else "au" if region in _AUSTRALIA else "in" if region in _INDIA else None
            return (narrow, "apac") if narrow else ("apac",)
        case _:
            return ()
