"""A connection as everything but the driver sees it: no secret in it."""

from datetime import datetime

from genai_sdk.types.base import Record


class ConnectionView(Record, frozen=True, kw_only=True):
    """A Langfuse LLM connection without its secret.

    Attributes:
        name: The connection's name, such as `"azure_test"` (Langfuse's column `provider`).
        adapter: The wire it speaks: openai, azure, anthropic, bedrock, google-vertex-ai or google-ai-studio.
        base_url: The endpoint, or None for the provider's public one.
        custom_models: The model ids (on Azure, deployment names) listed by hand.
        with_default_models: Whether the adapter's default models are offered too.
        region: Bedrock's region or Vertex AI's location, or None.
        use_responses_api: Whether chat goes over OpenAI's `/responses`.
        default_credentials: Whether the secret is a sentinel for the identity of the calling host.
        allowed_models: Patterns (`*`, `?`) of the model ids that the platform's policy allows here, or None for any.
        header_names: Names of the extra headers.
        created_at: When it was registered (UTC).
        updated_at: When it was last written (UTC).
        error: Why it cannot be used, or None.
    """

    name: str
    adapter: str
    base_url: str | None = None
    custom_models: tuple[str, ...] = ()
    with_default_models: bool = True
    region: str | None = None
    use_responses_api: bool = False
    default_credentials: bool = False
    allowed_models: tuple[str, ...] | None = None
    header_names: tuple[str, ...] = ()
    created_at: datetime
    updated_at: datetime
    error: str | None = None
