"""Python functions that a model calls until it can answer."""

from genai_sdk import GenAIClient


def get_weather(city: str) -> dict[str, object]:
    """Return the weather of a city.

    Args:
        city: Its name, in English.
    """
    return {"city": city, "sky": "clear", "celsius": 21}


with GenAIClient() as client:
    question = [{"role": "user", "content": "How is the weather in Seoul?"}]
    run = client.run_tools(question, tools=[get_weather], model="gpt-6-luna", tool_choice="required")
    for result in run.results:
        print(result.name, result.arguments, "->", result.content)
    print(run.text)
