"""Rules on buckets, volumes and file systems."""
