"""What recorded calls cost."""
