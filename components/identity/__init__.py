"""Who people are and which roles they have."""
