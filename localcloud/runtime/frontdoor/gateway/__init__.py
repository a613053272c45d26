"""What an API Gateway HTTP API does with a request."""
