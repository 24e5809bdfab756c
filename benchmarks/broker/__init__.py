"""What the broker costs: its answers beside an empty one of the same process, and whose they are."""
