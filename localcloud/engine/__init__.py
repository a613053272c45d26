"""Finds, installs or builds the Pulumi CLI, with a Python language host for a built one."""
