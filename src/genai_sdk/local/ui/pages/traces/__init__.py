"""Pages about traces."""
