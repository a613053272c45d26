"""EC2: networks."""
