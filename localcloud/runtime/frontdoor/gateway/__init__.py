"""HTTP APIs of API Gateway: routes, authorizers, integrations, CORS and access logs."""
