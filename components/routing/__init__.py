"""How requests come in: load balancer, HTTP API, certificates."""
