"""Load balancer, HTTP API and certificates."""
