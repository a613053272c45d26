"""ECS services and standalone tasks, run as processes from their task definitions."""
