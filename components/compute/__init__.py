"""ECS services, Lambda functions and image repositories."""
