"""Rules on logs, metrics and traces."""
