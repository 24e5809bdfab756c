"""Us and our peers, side by side: `make bench`."""
