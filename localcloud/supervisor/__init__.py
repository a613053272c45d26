"""The supervisor: a daemon that starts the local cloud's processes and restarts them."""
