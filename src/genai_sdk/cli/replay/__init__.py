"""`genai replay`: recorded generations again."""
