"""The identity of the calling host on AWS: its library looks into files, the environment and metadata services."""

import threading
from typing import Any

from genai_sdk.drivers.auth.auth import Auth, SignatureAuth
from genai_sdk.drivers.auth.sigv4 import AwsKeys
from genai_sdk.errors import ConfigurationError
from genai_sdk.lifecycle.fork import in_forked_child
from genai_sdk.types import ConnectionView


class Host:
    """Finds the host's identity and remembers where; the library renews what expires."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._aws: Any = None
        in_forked_child(self._leave_behind)

    def auth(self, view: ConnectionView) -> Auth:
        """Return the host's authentication for a connection; blocks.

        Raises:
            ConfigurationError: The host has none.
        """
        with self._lock:
            return self._of_aws(view)

    def _leave_behind(self) -> None:
        self._lock = threading.Lock()  # a thread of the parent may hold the other

    def _of_aws(self, view: ConnectionView) -> Auth:
        from botocore.session import Session  # slow to import, and seldom needed

        if self._aws is None:
            self._aws = Session().get_credentials()
        if self._aws is None:
            raise ConfigurationError("this host has no AWS credentials: see AWS's credential provider chain")
        found = self._aws.get_frozen_credentials()
        return SignatureAuth(AwsKeys(found.access_key, found.secret_key, found.token), view.region or "")
