"""Rules on resources of several AWS services."""
