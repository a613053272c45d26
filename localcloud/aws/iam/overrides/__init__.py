"""What the emulated IAM does beyond moto."""
