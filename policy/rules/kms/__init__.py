"""Rules on AWS KMS."""
