"""Application Auto Scaling: evaluates scaling policies."""
