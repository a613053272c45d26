"""A Pulumi language host for Python, for a CLI that comes without one."""
