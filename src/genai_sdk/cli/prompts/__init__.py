"""`genai prompts`: prompts as files of a repository, and what Langfuse has of them."""
