"""A module for each kind of compute: `KIND`, and `translate(spec, context)`."""
