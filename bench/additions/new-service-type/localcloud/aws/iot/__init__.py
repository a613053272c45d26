"""AWS IoT."""
