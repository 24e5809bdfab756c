"""The local platform: the whole story in one process, on loopback."""
