"""Translations from kinds of a service file to components, a module for each kind."""
