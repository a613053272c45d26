"""The emulated AWS: moto, with an override in its own file where it is silent, slow or wrong."""
