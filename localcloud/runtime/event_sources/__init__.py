"""Event source mappings: pollers that invoke functions with batches from queues."""
