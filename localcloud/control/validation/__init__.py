"""Validation of requests against botocore's shapes, before moto acts on them."""
