"""Drivers: each makes one attempt and knows no policy."""
