"""What the emulated RDS and Aurora does beyond moto."""
