"""The driver of the wires that are our own: OpenAI's, at OpenAI, on Azure and at every compatible server.

It loads neither litellm nor openai. A call is encoded once and its answer decoded once; where requests go and what
proves them is worked out once for each deployment. See docs/decisions/0006-direct-driver.md.
"""

from genai_sdk.routing.drivers.direct.driver import DirectDriver

__all__ = ["DirectDriver"]
