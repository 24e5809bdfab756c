"""Requests to AWS, each with a signature of its own."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from genai_sdk.drivers.auth.sigv4 import AwsKeys, sign
from genai_sdk.wires.wire import HttpRequest


class SignatureAuth(msgspec.Struct, frozen=True):
    """AWS's signature of each request.

    Attributes:
        keys: Whose requests they are.
        region: The region that the endpoint belongs to.
        service: The service's name in signatures.
    """

    keys: AwsKeys
    region: str
    service: str = "bedrock"
    _derived: dict[str, bytes] = msgspec.field(default_factory=dict[str, bytes])

    def __repr__(self) -> str:
        return "SignatureAuth(***)"

    @property
    def secrets(self) -> Sequence[str]:
        """The secret key, and the session's token where there is one."""
        return [self.keys.secret_access_key, *([self.keys.token] if self.keys.token else ())]

    @property
    def project(self) -> str:
        """Nothing: that is Google's."""
        return ""

    @property
    def fixed(self) -> None:
        """Nothing: every request has a signature of its own."""
        return

    def headers(self, request: HttpRequest) -> Mapping[str, str]:
        """Return the headers that sign a request."""
        return sign(
            self.keys,
            url=request.url,
            body=request.body,
            region=self.region,
            service=self.service,
            now=datetime.now(UTC),
            method=request.method,
            derived=self._derived,
        )

    def refused(self) -> None:
        """Do nothing: keys are renewed by their source."""
