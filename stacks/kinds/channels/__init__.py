"""A module for each kind of channel: `KIND`, and `define(spec, context)`."""
