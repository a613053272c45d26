"""What the emulated Secrets Manager does beyond moto."""
