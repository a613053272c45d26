"""Rules on what costs without use."""
