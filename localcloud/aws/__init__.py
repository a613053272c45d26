"""The emulated AWS: moto, with an override in a file of its own where it is silent, slow or wrong."""
