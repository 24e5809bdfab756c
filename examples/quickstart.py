"""The first eight lines: with `genai up` running they need no key; elsewhere the variables that README.md lists."""

from genai_sdk import GenAIClient

client = GenAIClient()
response = client.completion(
    model="gpt-6-luna",
    messages=[{"role": "user", "content": "Hello!"}],
)
print(response.text, response.genai.cost, response.genai.trace_url)
