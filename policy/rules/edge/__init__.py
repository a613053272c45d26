"""Rules on what stands in front of the services."""
