"""The model of a service file: its kinds, the checks across services, reading and the schema."""
