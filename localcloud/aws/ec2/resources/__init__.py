"""Resource types of EC2: networks."""
