"""Rules on services, the stores that they own, and how they find each other."""
