"""Recorded traces in a terminal."""
