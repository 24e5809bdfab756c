"""A model that is down: what stands in, who was tried, and what the plan had said before."""

from genai_sdk import GenAIClient

with GenAIClient(router_args={"fallbacks": [{"simulated-down": "gpt-6-luna"}], "num_retries": 1}) as client:
    print(client.explain("simulated-down"))
    response = client.completion("simulated-down", [{"role": "user", "content": "Is anybody there?"}])
    print(response.text)
    for attempt in response.genai.attempts:
        print(f"{attempt.connection}/{attempt.model}: {attempt.reason}")
