"""API Gateway HTTP APIs."""
