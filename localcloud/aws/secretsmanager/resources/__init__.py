"""Resource types and functions of Secrets Manager."""
