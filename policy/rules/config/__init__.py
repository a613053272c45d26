"""Rules on AWS Config."""
