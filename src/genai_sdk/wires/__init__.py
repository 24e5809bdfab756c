"""Wires: pure codecs between our requests and responses and the vendors' HTTP APIs."""
