"""Ways to run a service: a module for each kind of compute."""
