"""A library for Python services: roles, errors, correlation, logs, PostgreSQL and an outbox.

Its use is optional. `bulkhead build` copies this folder into each artifact, so services share
source and nothing at run time. A module that needs more than the standard library says so.
"""
