"""Accepts orders and publishes events about them.

    POST /orders        {"customer": "Ada", "lines": [{"sku": "lamp", "quantity": 2}]}
    GET  /orders/{id}

`python -m orders` serves on HOST and PORT, `python -m orders.relay` publishes the events in the
outbox, `python -m orders.migrate` migrates the database to the schema of this version.
"""
