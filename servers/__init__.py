"""Plays the client on real servers of OpenAI's wire and writes docs/servers.md; run `make servers`."""
