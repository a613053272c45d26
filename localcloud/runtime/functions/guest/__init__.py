"""Code that runs in a function's process before the handler."""
