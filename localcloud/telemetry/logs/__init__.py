"""CloudWatch Logs: the stored lines, filter patterns, and what follows from a line."""
