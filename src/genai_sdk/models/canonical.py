"""A model's name taken apart: what it says of region, vendor, version and date, and what is left, its canonical form.

| name | canonical | region | vendor | version | date |
|---|---|---|---|---|---|
| `GPT-4o` | `gpt-4o` | | | | |
| `us.anthropic.claude-opus-4-1-20250805-v1:0` | `claude-opus-4-1` | `us` | `anthropic` | `1:0` | `20250805` |
| `claude-sonnet-4@20250514` | `claude-sonnet-4` | | | | `20250514` |
| `models/gemini-2.5-flash-latest` | `gemini-2.5-flash` | | | | |
"""

import re

import msgspec

from genai_sdk.catalogue import REGION_PREFIXES, VENDOR_PREFIXES

_PATH = "models/"
_DAY = r"(?:0[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0[1-9]|1[0-2])"
_SUFFIX = re.compile(
    r"(?P<rest>.+)(?:"
    r"-v(?P<version>\d+(?::\d+)?)|-(?P<bare_version>\d+:\d+)|"
    rf"[-@](?P<date>20\d\d{_MONTH}{_DAY})|-(?P<hyphened>20\d\d-{_MONTH}-{_DAY})|"
    r"-latest)",
    re.ASCII | re.DOTALL,
)


class ModelName(msgspec.Struct, frozen=True):
    """The parts of a model's name; what the name does not say is an empty string.

    Attributes:
        canonical: The name in lower case without the other parts.
        region: The region prefix of a Bedrock profile, such as `us`.
        vendor: The vendor prefix of a Bedrock id, such as `anthropic`.
        version: `1` of `-v1`, `1:0` of `-v1:0` and `-1:0`.
        date: `YYYYMMDD`, however it was written.
    """

    canonical: str
    region: str = ""
    vendor: str = ""
    version: str = ""
    date: str = ""

    def asks_for(self, other: "ModelName") -> bool:
        """Tell whether `other` is what this name asks for: what it says must be equal, what it leaves out is free."""
        return (
            self.canonical == other.canonical
            and self.region in ("", other.region)
            and self.vendor in ("", other.vendor)
            and self.date in ("", other.date)
            # `-v1` leaves the minor version out.
            and (self.version in ("", other.version) or other.version.startswith(f"{self.version}:"))
        )


def parse(name: str) -> ModelName:
    """Take a model's name apart.

    A fine-tuned model's name (`ft:…`) belongs to whoever made it and stays whole. A name that says a part twice asks
    for both, which nothing but such a name is.
    """
    rest, region, vendor = _without_prefixes(name.lower())
    version = date = ""
    while not rest.startswith("ft:") and (match := _SUFFIX.fullmatch(rest)):
        rest = match["rest"]
        version = _both(match["version"] or match["bare_version"], version)
        date = _both(match["date"] or (match["hyphened"] or "").replace("-", ""), date)
    return ModelName(rest, region, vendor, version, date)


def canonical(name: str) -> str:
    """Return the canonical form of a model's name."""
    return parse(name).canonical


def same_model(requested: str, offered: str) -> bool:
    """Tell whether `requested` asks for the model `offered`."""
    return parse(requested).asks_for(parse(offered))


def _without_prefixes(name: str) -> tuple[str, str, str]:
    region = vendor = ""
    while True:
        head, dot, rest = name.partition(".")
        if name.startswith(_PATH) and name != _PATH:
            name = name[len(_PATH) :]
        elif dot and rest and head in REGION_PREFIXES:
            name, region = rest, _both(region, head)
        elif dot and rest and head in VENDOR_PREFIXES:
            name, vendor = rest, _both(vendor, head)
        else:
            return name, region, vendor


def _both(first: str | None, second: str) -> str:
    return f"{first}+{second}" if first and second else first or second
