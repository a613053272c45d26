"""What the emulated Elastic Load Balancing does beyond moto."""
