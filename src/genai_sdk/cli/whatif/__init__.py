"""Recorded calls again under other routing options: what was observed of each deployment decides what they meet."""
