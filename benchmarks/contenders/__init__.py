"""The contenders: each asks the same server in its own way."""
