"""Resource types of ElastiCache."""
