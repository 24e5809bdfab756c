"""Models whose end of life is near, joined with what uses them."""
