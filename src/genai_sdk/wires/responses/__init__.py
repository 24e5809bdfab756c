"""The operation `responses`: OpenAI's items and events, on wires that have them and, put as chat, on all others."""
