"""Rules on Amazon ECS."""
