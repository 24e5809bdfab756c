"""An answer as it comes, and what it cost in the end."""

from genai_sdk import GenAIClient

with GenAIClient() as client:
    stream = client.completion("gpt-6-luna", [{"role": "user", "content": "Count to five."}], stream=True)
    for chunk in stream:
        print(chunk.text or "", end="", flush=True)
    print(f"\n{stream.genai.connection}, {stream.usage}, {stream.genai.cost}")
