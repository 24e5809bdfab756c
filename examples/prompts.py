"""A prompt of this file's own until Langfuse has one called greeting; the call is linked to the version it used."""

from genai_sdk import GenAIClient

with GenAIClient() as client:
    prompt = client.get_prompt("greeting", variables={"name": "Mina"}, fallback="Say hello to {{name}}.")
    response = client.completion("gpt-6-luna", prompt=prompt)
    print(f"{prompt.name} version {prompt.version}: {response.text}")
