"""A module for each kind of source: a change in a store of the service that invokes it."""
