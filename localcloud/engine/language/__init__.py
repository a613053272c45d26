"""A Pulumi language host for Python, for a CLI built without one."""
