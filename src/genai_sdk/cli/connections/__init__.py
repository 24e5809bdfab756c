"""Connections, checked, and their keys rotated."""
