"""What runs inside a function's process, before the function's code."""
