"""A connection to a simulated region, ready to be registered. Pure."""

from typing import Any, Literal

import msgspec

from genai_sdk.local.simulated.models import MODELS, PRICED
from genai_sdk.local.simulated.regions import check
from genai_sdk.local.simulated.routes import PREFIX
from genai_sdk.local.simulated.wire import BASES, KEY_PREFIX


class ReadyConnection(msgspec.Struct, frozen=True, kw_only=True):
    """What a connection to a simulated region has to say; its secret opens nothing but the simulated provider.

    Attributes:
        name: The connection's name.
        base_url: Where the region speaks the adapter's wire.
        secret: A key that it accepts.
        custom_models: The models to be listed.
        adapter: The wire.
        with_default_models: Whether the adapter's default models are offered too.
    """

    name: str
    base_url: str
    secret: str
    custom_models: tuple[str, ...] = (*MODELS, *PRICED)
    adapter: str = "openai"
    with_default_models: bool = False

    def body(self) -> dict[str, Any]:
        """Return the body that registers it with Langfuse's `PUT /api/public/llm-connections`."""
        return {
            "provider": self.name,
            "adapter": self.adapter,
            "secretKey": self.secret,
            "baseURL": self.base_url,
            "customModels": list(self.custom_models),
            "withDefaultModels": self.with_default_models,
        }


def ready_connection(
    origin: str, region: str = "seoul", adapter: Literal["openai", "azure"] = "openai"
) -> ReadyConnection:
    """Return the connection to a region.

    Calls over `openai` have no cost: what a server other than OpenAI takes for a model is not known. Over `azure` they
    have that of the model which the deployment is named after.

    Args:
        origin: The platform's, such as `"http://127.0.0.1:4141"`.
        region: The region's name.
        adapter: The wire to be spoken.

    Raises:
        UnknownRegionError: No region can have this name.
    """
    check(region)
    return ReadyConnection(
        name=f"simulated_{region}" if adapter == "openai" else f"simulated_{adapter}_{region}",
        base_url=f"{origin.rstrip('/')}{PREFIX}/{region}{BASES[adapter]}",
        secret=f"{KEY_PREFIX}-{region}",
        adapter=adapter,
    )
