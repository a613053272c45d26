"""A module for each kind of channel that carries events."""
