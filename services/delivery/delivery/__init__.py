"""The delivery service: estimates when an order arrives.

GET /estimates?quantity=3   of the services that name delivery in their calls
GET /health                 for the target group's health checks
"""
