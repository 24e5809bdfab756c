"""OpenAI's Responses API behind the shape of chat: https://platform.openai.com/docs/api-reference/responses."""
