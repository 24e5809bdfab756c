"""The openai SDK on our client: what its users pay who point it at GenAI SDK."""

from benchmarks.contenders.openai_sdk import OpenAISDK
from benchmarks.contenders.ours import Ours


class AsOpenAI(OpenAISDK):
    """The SDK's clients of each speed, recorded as ours are.

    Args:
        url: The server's address.
        ca: A file of what to trust over TLS, or None where there is no TLS.
    """

    def __init__(self, url: str, ca: str | None = None) -> None:
        self._ours = Ours(url, ca=ca)
        self._clients = {paced: self._ours.client(paced).as_openai() for paced in (False, True)}
        self._asyncs = {paced: self._ours.client(paced).as_async_openai() for paced in (False, True)}

    def flush(self) -> None:
        """Wait until what was recorded is sent."""
        self._ours.flush()
