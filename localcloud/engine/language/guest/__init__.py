"""Code that runs inside a function's process, before the handler."""
