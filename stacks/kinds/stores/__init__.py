"""A module for each kind of store: `KIND`, and `define(spec, context)`."""
