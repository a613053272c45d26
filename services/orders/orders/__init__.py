"""Takes orders and announces them.

    POST /orders        {"customer": "Ada", "lines": [{"sku": "lamp", "quantity": 2}]}
    GET  /orders/{id}

`python -m orders` serves on HOST and PORT, `python -m orders.relay` publishes what the outbox
holds, `python -m orders.migrate` brings the database to the form that this version needs.
"""
