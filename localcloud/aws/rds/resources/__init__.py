"""Resource types of RDS and Aurora."""
