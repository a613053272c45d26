"""Kinds of compute: a module for each."""
