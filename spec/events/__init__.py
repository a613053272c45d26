"""Events: their schemas, how these may change, and documents about them."""
