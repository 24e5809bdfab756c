"""The operation `messages`: Anthropic's blocks and events, on wires that have them and, put as chat, on all others."""
