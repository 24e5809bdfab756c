"""Drivers: whoever makes an attempt."""
