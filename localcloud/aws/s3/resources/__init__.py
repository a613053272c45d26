"""Resource types of S3."""
