"""A module for each kind of source: `KIND`, and `translate(sources, spec, context)`."""
