"""What the emulated STS does beyond moto."""
