"""`genai demo`: the whole story on a platform that is gone afterwards."""

import click


@click.command()
def demo() -> None:
    """Show it all on a platform that is gone afterwards.

    Keys, calls, streams, prompts, a region that is down, traces and cost. Needs no key and no network: the platform
    runs on a free port, in a temporary directory, and the provider is simulated.
    """
    import tempfile
    from pathlib import Path

    from genai_sdk.cli.story import Story
    from genai_sdk.client import GenAIClient
    from genai_sdk.client.settings import Place
    from genai_sdk.http import Endpoint, TransportSettings

    try:
        from genai_sdk.local import Platform
    except ImportError as error:
        raise click.ClickException(
            f"the demo needs the platform's libraries: pip install 'genai-sdk-langfuse[platform]' ({error.name} is "
            "missing)"
        ) from None
    with tempfile.TemporaryDirectory(prefix="genai-demo-") as directory, Platform(Path(directory), port=0) as platform:
        keys = platform.credentials
        endpoint = Endpoint(platform.url, keys.public_key, keys.secret_key)
        place = Place(endpoint=endpoint, transport=TransportSettings())
        with GenAIClient(
            host=platform.url,
            broker_url=platform.url,
            public_key=keys.public_key,
            secret_key=keys.secret_key,
            prompt_cache_ttl=0,
            router_args={"fallbacks": [{"seoul/*": "usa/*"}], "num_retries": 1},
        ) as client:
            Story(client, place).tell()
