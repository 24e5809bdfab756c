"""`genai demo`: the whole story on a platform that is gone afterwards."""

import signal
import threading
import time
from typing import TYPE_CHECKING

import click

from genai_sdk.cli.next_steps import steps
from genai_sdk.cli.output import show
from genai_sdk.secret import Secret
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:
    from genai_sdk.local import Platform

_NEXT = (
    ("genai demo --stay", Sentence.of("demo.stay", "the same, and its pages stay open (make demo-stay)")),
    ("genai up", Sentence.of("demo.up", "a platform that keeps what you do (make up)")),
    ("genai example quickstart --run", Sentence.of("demo.call", "your first call, in another terminal")),
    ("genai trace", Sentence.of("up.recorded", "what was recorded of it")),
    (
        "genai connections add openai --adapter openai",
        Sentence.of("demo.real_key", "a real key, tried before it is kept"),
    ),
)


@click.command()
@click.option("--stay", is_flag=True, help="Keep the platform, and its pages, until Ctrl-C.")
@click.option("--week", is_flag=True, help="Play a week of a company's traffic into one instead, and keep it.")
def demo(stay: bool, week: bool) -> None:
    """Show it all on a platform that is gone afterwards.

    Keys, calls, streams, prompts, a region that is down, traces and cost. Needs no key and, once installed, no
    network: the platform runs on a free port, in a temporary directory, and the provider is simulated.

    With --week it is full of a week's calls, for whatif, sunset, costs, replay and the pages to be tried on.
    """
    import tempfile
    from pathlib import Path

    from genai_sdk.cli.demo.steps import Demo
    from genai_sdk.client import GenAIClient
    from genai_sdk.client.settings import LangfuseAccess
    from genai_sdk.http import BasicAuthEndpoint, TransportSettings

    try:
        from genai_sdk.local import Platform
    except ImportError as error:
        raise click.ClickException(
            Sentence.of(
                "demo.install",
                "the demo needs the platform's libraries: pip install 'genai-sdk-langfuse[platform]' "
                "({name} is missing)",
                name=error.name,
            )
        ) from None
    if week:
        from genai_sdk.cli.demo.week import show_week

        show_week(_wait)
        return
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="genai-demo-") as directory, Platform(Path(directory), port=0) as platform:
        keys = platform.credentials
        endpoint = BasicAuthEndpoint(platform.url, keys.public_key, Secret(keys.secret_key))
        access = LangfuseAccess(endpoint=endpoint, transport=TransportSettings())
        with GenAIClient(
            host=platform.url,
            broker_url=platform.url,
            public_key=keys.public_key,
            secret_key=keys.secret_key,
            prompt_cache_ttl=0,
            router_args={"fallbacks": [{"seoul/*": "usa/*"}], "num_retries": 1},
        ) as client:
            Demo(client, access).run()
        took = time.monotonic() - began
        if stay:
            _stay(platform)
    show(f"\nThe platform has stopped and its directory is gone{'' if stay else f' ({took:.0f} s)'}.", bold=True)
    show("Next:")
    for line in steps(_NEXT[1:] if stay else _NEXT, "  "):
        show(line)


def _stay(platform: "Platform") -> None:
    """Show where the pages are, and wait for SIGINT or SIGTERM."""
    show(
        Sentence.of(
            "demo.browser",
            "\n8. The same in a browser: keys, prompts to edit and play with, every trace, tokens and cost",
        ),
        bold=True,
    )
    show(f"   {platform.login_url}")
    show(Sentence.of("demo.link", "   The link logs you in, for as long as this runs. Ctrl-C ends it."))
    _wait()


def _wait() -> None:
    over = threading.Event()
    before = {each: signal.signal(each, lambda *_: over.set()) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        over.wait()
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
