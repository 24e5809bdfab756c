"""Several calls at once: every method has its twin that is awaited."""

import asyncio

from genai_sdk import GenAIClient


async def main() -> None:
    async with GenAIClient() as client:
        questions = ("What is a region?", "What is a token?", "What is a trace?")
        asked = (client.acompletion("gpt-6-luna", [{"role": "user", "content": each}]) for each in questions)
        for response in await asyncio.gather(*asked):
            print(response.text)


asyncio.run(main())
