"""Resource types of Lambda."""
