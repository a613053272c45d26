"""The emulated AWS: moto, with overrides where it is incomplete, slow or wrong."""
