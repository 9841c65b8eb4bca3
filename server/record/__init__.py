"""What is kept of a meeting: minutes, their printed form, the exported record."""
