"""Kinds of stores: a module for each."""
