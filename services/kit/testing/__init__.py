"""Helpers for the tests of services; they are not copied into artifacts."""
