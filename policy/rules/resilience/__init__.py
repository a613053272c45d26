"""Rules on what happens when a part fails."""
