"""What the emulated Lambda does beyond moto."""
