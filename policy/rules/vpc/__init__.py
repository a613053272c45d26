"""Rules on Amazon VPC."""
