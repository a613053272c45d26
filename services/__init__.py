"""The microservices, and the model of what a service file says."""
