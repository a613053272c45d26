"""Rules on security groups."""
