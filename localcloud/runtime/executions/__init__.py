"""Executions of state machines: those of jobs."""
