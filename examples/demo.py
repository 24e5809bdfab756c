"""The main job, shown: calls by name, by family, streamed, pinned, past a region that is down; prompts and traces.

Run it with `make demo`. It needs no Langfuse, no key and no network: the connections are rows as a real Langfuse wrote
them, in an embedded PostgreSQL; the providers are fakes on loopback that speak the real wires; prompts and traces lie
in a stand-in for Langfuse's server that speaks Langfuse's.
"""

import os
import time

from examples.trees import BOLD, clock, draw, folded, painted
from examples.world import World, running

from genai_sdk import GenAIClient
from genai_sdk.types import CallInfo, ChatCompletion, Usage

HELLO = [{"role": "user", "content": "Hello from GenAI SDK!"}]


class Demo:
    """The steps, numbered as they come.

    Args:
        client: Makes the calls.
        world: What it calls into.
    """

    def __init__(self, client: GenAIClient, world: World) -> None:
        self.client = client
        self.world = world
        self.number = 0

    def title(self, what: str, *code: str) -> None:
        self.number += 1
        print(f"\n{painted(f'{self.number}. {what}', BOLD)}")
        for line in code:
            print(f"   >>> {line}")

    def account(self, answer: str, info: CallInfo, usage: Usage | None) -> None:
        """Print what came back and what it cost, then the trace as Langfuse would show it."""
        tokens = f"{usage.prompt_tokens} in + {usage.completion_tokens} out" if usage else "unknown"
        cost = f"${info.cost:.6f}" if info.cost is not None else "unknown"
        print(f"   answer      {answer}")
        print(f"   served by   {info.connection} ({info.provider}), model {info.model}")
        print(f"   tokens      {tokens}, cost {cost}, latency {clock(info.latency)}")
        self.show(info.trace_id)

    def show(self, trace_id: str | None) -> None:
        """Print a trace, read back from where it was sent."""
        self.client.flush()
        if trace_id is not None:
            print(*draw(self.world.langfuse.traces[trace_id]), sep="\n")

    def ask(self, response: ChatCompletion) -> None:
        self.account(response.text, response.genai, response.usage)

    def connections(self) -> None:
        self.title("The project's connections, as Langfuse stores them; secrets stay inside", "client.connections()")
        for view in self.client.connections():
            models = ", ".join(view.custom_models) or "default models"
            if view.default_credentials:
                models = "the calling host's own identity; serves only when named"
            print(*folded(f"   {view.name:23}{view.adapter:18}{models}", margin=" " * 44), sep="\n")

    def plain(self) -> None:
        self.title("A call; the provider follows from the name", 'client.completion("gpt-4o-mini", messages)')
        response = self.client.completion("gpt-4o-mini", HELLO)
        self.ask(response)
        print(f"   link        {response.genai.trace_url}")
        print("   That is response.genai.trace_url; in your Langfuse it opens the trace. The stand-in has no pages.")

    def by_family(self) -> None:
        self.title("By its family name; Bedrock's own id is found", 'client.completion("claude-sonnet-4", messages)')
        self.ask(self.client.completion("claude-sonnet-4", HELLO))

    def streamed(self) -> None:
        self.title("Streamed", 'client.completion("gemini-2.5-flash", messages, stream=True)')
        stream = self.client.completion("gemini-2.5-flash", HELLO, stream=True)
        self.account(" | ".join(chunk.text for chunk in stream if chunk.text), stream.genai, stream.usage)

    def pinned(self) -> None:
        model = "vllm_onprem/meta-llama/Llama-3.1-8B-Instruct"
        self.title("Pinned to one connection", f'client.completion("{model}", messages)')
        self.ask(self.client.completion(model, HELLO))

    def past_a_region(self) -> None:
        self.world.seoul.down()
        self.title(
            "Seoul is down; the call goes to the USA",
            'client = GenAIClient(router_args={"fallbacks": [{"gemini_seoul/*": "gemini_usa/*"}], …})',
            'client.completion("gemini_seoul/gemini-2.5-pro", messages)',
        )
        print(
            "   plan        " + str(self.client.explain("gemini_seoul/gemini-2.5-pro")).replace("\n", "\n" + 15 * " ")
        )
        self.ask(self.client.completion("gemini_seoul/gemini-2.5-pro", HELLO))
        self.world.seoul.up()

    def prompted(self) -> None:
        prompts = self.world.langfuse.prompts
        prompts.create("greeting", "Say hello to {{name}}.", labels=["production"], config={"model": "gpt-4o-mini"})
        prompts.create("greeting", "Greet {{name}} in Korean.", config={"model": "claude-sonnet-4", "temperature": 0.2})
        call = 'client.completion(prompt="greeting", variables={"name": "Mina"})'
        self.title("A prompt from Langfuse, with its model; version 1 has the label production", call)
        self.ask(self.client.completion(prompt="greeting", variables={"name": "Mina"}))
        prompts.label("greeting", 2, "production")
        self.title("Somebody moves the label to version 2: the same line, no redeploy", call)
        print("   A client notices within prompt_cache_ttl (60 s); get_prompt(…, refresh=True) spares us the wait.")
        self.client.get_prompt("greeting", refresh=True)
        self.ask(self.client.completion(prompt="greeting", variables={"name": "Mina"}))

    def block(self) -> None:
        self.title(
            "A block of your code as one trace, judged",
            'with client.trace("checkout", user_id="mina", session_id="s-1", tags=["demo"]) as trace:',
            '    client.completion("gpt-4o-mini", messages, generation_name="answer")',
            '    trace.score("helpful", True)',
        )
        with self.client.trace("checkout", user_id="mina", session_id="s-1", tags=["demo"]) as trace:
            self.client.completion("gpt-4o-mini", HELLO, generation_name="answer")
            trace.score("helpful", True)
        self.show(trace.id)
        for score in self.world.langfuse.scores:
            print(f"   score {score.name} = {score.value}")


def main() -> None:
    """Start the world, make the calls, stop it."""
    began = time.monotonic()
    print(painted("GenAI SDK: one client, on keys that live in Langfuse", BOLD))
    print("Fakes answer for the providers, and a stand-in keeps prompts and traces as Langfuse would.")
    with running() as world:
        os.environ.update(world.environ)
        router_args = {"fallbacks": [{"gemini_seoul/*": "gemini_usa/*"}], "num_retries": 1}
        with GenAIClient(router_args=router_args) as client:
            warm = client.warm_up()  # imports litellm in the background while the connections are listed
            demo = Demo(client, world)
            demo.connections()
            warm.join()
            for step in (demo.plain, demo.by_family, demo.streamed, demo.pinned, demo.past_a_region, demo.prompted):
                step()
            demo.block()
            stats = client.stats()
    print(f"\nRecorded {stats.recorded}, sent {stats.sent}, dropped {sum(stats.dropped.values())}.", end=" ")
    print(f"Everything that was started has stopped ({time.monotonic() - began:.0f} s).")
    print("Next: README.md, “Point it at your Langfuse”.")


if __name__ == "__main__":
    main()
