"""Token counts in a vendor's own words, which every reader of tokens here reads as chat's."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import msgspec

from genai_sdk.types.base import count
from genai_sdk.types.usage import Usage


class NativeUsage(Usage, frozen=True):
    """Tokens as the vendor reported them; the names of `Usage` are attributes beside that.

    Its items, and what it is dumped as, are the vendor's (`usage["input_tokens"]`). What is counted here beside the
    vendor's report, such as the tools that the server ran, is in `model_extra` alone.

    Attributes:
        native: What the vendor reported.
    """

    native: dict[str, Any] = msgspec.field(default_factory=dict)

    hidden: ClassVar[frozenset[str]] = Usage.hidden | set(Usage.__struct_fields__) | {"native"}

    @classmethod
    def of(cls, fields: Mapping[str, Any], native: Mapping[str, Any]) -> Self:
        """Return tokens by chat's names, with the vendor's own report."""
        usage = Usage.from_dict(fields)
        return cls(**{name: getattr(usage, name) for name in usage.__struct_fields__}, native=dict(native))

    @property
    def input_tokens(self) -> int:
        """The prompt's tokens, as the vendor counts them."""
        return count(self.native.get("input_tokens") or 0)

    @property
    def output_tokens(self) -> int:
        """The answer's tokens, as the vendor counts them."""
        return count(self.native.get("output_tokens") or 0)

    def __getitem__(self, key: str) -> Any:
        return self.native[key]

    def keys(self) -> list[str]:
        """List the vendor's own names."""
        return list(self.native)
