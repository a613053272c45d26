"""The local environment: the same program, engine and types, on one machine, without an account."""
