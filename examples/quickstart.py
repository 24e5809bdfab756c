"""The first eight lines: with `genai up` running they need no key; elsewhere LANGFUSE_BASE_URL and a key pair."""

from genai_sdk import GenAIClient

client = GenAIClient()
response = client.completion(
    model="gpt-6-luna",
    messages=[{"role": "user", "content": "Hello!"}],
)
print(response.text, response.genai.cost, response.genai.trace_url)
