"""Prompts: found, read, written, compared, labelled and deleted."""
