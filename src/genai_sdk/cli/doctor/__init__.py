"""What is right and wrong with a setup."""
