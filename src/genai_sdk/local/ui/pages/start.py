"""The first run: how to begin, with code that works as it stands."""

from starlette.responses import Response

from genai_sdk.local.ui.page import Page
from genai_sdk.local.ui.simulation import can_simulate

_CODE = """from genai_sdk import GenAIClient

client = GenAIClient()
response = client.completion(
    model="gpt-6-luna",
    messages=[{"role": "user", "content": "Hello!"}],
)
print(response.text, response.genai.trace_url)
"""


def show(page: Page) -> Response:
    """Show the three steps."""
    known = page.context.credentials
    variables = "\n".join(
        f"export {name}={value}"
        for name, value in (
            ("LANGFUSE_PUBLIC_KEY", known.public_key),
            ("LANGFUSE_SECRET_KEY", known.secret_key),
            ("LANGFUSE_BASE_URL", page.origin),
        )
    )
    connections, _ = page.store.connections.page(1, 0)
    return page.render(
        "start.html",
        code=_CODE,
        variables=variables,
        connected=bool(connections),
        can_simulate=can_simulate(page.store, page.origin),
    )
