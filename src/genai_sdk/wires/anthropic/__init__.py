"""Anthropic's Messages, at Anthropic, at compatible servers and, for Claude, on Vertex AI."""
