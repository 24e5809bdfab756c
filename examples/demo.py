"""The main job, shown: calls by name, by family, streamed, pinned, and past a region that is down.

Run it with `make demo`. It needs no Langfuse, no key and no network: the connections are rows as a real Langfuse wrote
them, in an embedded PostgreSQL; the providers are fakes on loopback that speak the real wires.
"""

import os
import sys
import time

from examples.world import World, running

from genai_sdk import GenAIClient
from genai_sdk.types import CallInfo, Usage

HELLO = [{"role": "user", "content": "Hello from GenAI SDK!"}]


def bold(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m" if sys.stdout.isatty() else text


def title(number: int, what: str, code: str) -> None:
    print(f"\n{bold(f'{number}. {what}')}\n   {code}")


def account(answer: str, info: CallInfo, usage: Usage | None) -> None:
    """Print what came back, who served it, and every attempt on the way."""
    print(f"   answer      {answer}")
    print(f"   connection  {info.connection} ({info.provider}), model {info.model}")
    for number, row in enumerate(info.attempts, 1):
        waited = f" after waiting {row.waited:.2f} s" if row.waited else ""
        print(f"   attempt {number}   {row.connection}: {row.reason}{waited}, {row.latency * 1000:.0f} ms")
    tokens = f"{usage.prompt_tokens} in + {usage.completion_tokens} out" if usage else "unknown"
    cost = f"${info.cost:.6f}" if info.cost is not None else "unknown"
    print(f"   tokens      {tokens}      cost {cost}      latency {info.latency * 1000:.0f} ms")


def connections(client: GenAIClient) -> None:
    title(1, "The project's connections, as Langfuse stores them; their secrets stay inside", "client.connections()")
    for view in client.connections():
        note = "the calling host's own identity; serves only when named" if view.default_credentials else ""
        models = ", ".join(view.custom_models) or "default models"
        print(f"   {view.name:22} {view.adapter:17} {note or models}")


def plain(client: GenAIClient) -> None:
    title(2, "A call; the provider follows from the name", 'client.completion(model="gpt-4o-mini", messages=…)')
    response = client.completion(model="gpt-4o-mini", messages=HELLO)
    account(response.text, response.genai, response.usage)


def by_family(client: GenAIClient) -> None:
    title(3, "By its family name; Bedrock's own id is found", 'client.completion(model="claude-sonnet-4", messages=…)')
    response = client.completion(model="claude-sonnet-4", messages=HELLO)
    account(response.text, response.genai, response.usage)


def streamed(client: GenAIClient) -> None:
    title(4, "Streamed", 'client.completion(model="gemini-2.5-flash", messages=…, stream=True)')
    stream = client.completion(model="gemini-2.5-flash", messages=HELLO, stream=True)
    account(" | ".join(chunk.text for chunk in stream if chunk.text), stream.genai, stream.usage)


def pinned(client: GenAIClient) -> None:
    model = "vllm_onprem/meta-llama/Llama-3.1-8B-Instruct"
    title(5, "Pinned to one connection", f'client.completion(model="{model}", messages=…)')
    response = client.completion(model=model, messages=HELLO)
    account(response.text, response.genai, response.usage)


def past_a_region(client: GenAIClient, world: World) -> None:
    world.seoul.down()
    title(
        6,
        "Seoul is down; the call goes to the USA",
        'client.completion(model="gemini_seoul/gemini-2.5-pro", messages=…)   '
        'with router_args={"fallbacks": [{"gemini_seoul/*": "gemini_usa/*"}]}',
    )
    print("   plan        " + str(client.explain("gemini_seoul/gemini-2.5-pro")).replace("\n", "\n               "))
    response = client.completion(model="gemini_seoul/gemini-2.5-pro", messages=HELLO)
    account(response.text, response.genai, response.usage)


def main() -> None:
    """Start the world, make the calls, stop it."""
    began = time.monotonic()
    print(bold("GenAI SDK: one client, on keys that live in Langfuse"))
    with running() as world:
        os.environ.update(world.environ)
        router_args = {"fallbacks": [{"gemini_seoul/*": "gemini_usa/*"}], "num_retries": 1}
        with GenAIClient(router_args=router_args) as client:
            warm = client.warm_up()  # imports litellm in the background while the connections are listed
            connections(client)
            warm.join()
            for step in (plain, by_family, streamed, pinned):
                step(client)
            past_a_region(client, world)
    print(f"\nEverything that was started has stopped ({time.monotonic() - began:.0f} s).")
    print("Next: README.md, “Point it at your Langfuse”.")


if __name__ == "__main__":
    main()
