"""The commands of `bulkhead`: a module for each, named like it, with a function `run`."""
