"""Places to keep data: a module for each kind of store."""
