"""Rules on what runs the services."""
