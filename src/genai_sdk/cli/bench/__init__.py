"""Many calls at once, and what they come to."""
