"""What the emulated API Gateway does beyond moto."""
