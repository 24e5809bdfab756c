"""An answer in a form of yours."""

from pydantic import BaseModel

from genai_sdk import GenAIClient


class City(BaseModel):
    name: str
    inhabitants: int


with GenAIClient() as client:
    question = [{"role": "user", "content": "The largest city of Korea?"}]
    response = client.completion("gpt-6-luna", question, response_format=City)
    print(repr(response.parsed))
