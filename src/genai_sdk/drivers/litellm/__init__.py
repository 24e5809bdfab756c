"""The driver that has litellm translate and carries the bytes itself.

litellm is imported at the first call or by `warm_up`, never before. It is given no key and opens no connection: it
turns a call into a request and an answer into ours; authentication, HTTP and errors are this package's. See
`genai docs decisions/0004-litellm-driver`.
"""

from genai_sdk.drivers.litellm.driver import LiteLLMDriver

__all__ = ["LiteLLMDriver"]
