"""Resource types and functions of IAM."""
