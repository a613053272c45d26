"""Resource types of Route 53."""
