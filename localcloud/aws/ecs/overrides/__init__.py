"""What the emulated Elastic Container Service does beyond moto."""
