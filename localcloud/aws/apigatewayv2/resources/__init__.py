"""Resource types of API Gateway HTTP APIs."""
