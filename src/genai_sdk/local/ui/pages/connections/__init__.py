"""The pages of connections: seen and tried, written, deleted."""
