"""From a service's folder to what runs: archives of functions, images of containers."""
