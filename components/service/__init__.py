"""The parts of a microservice: its stores, and its containers or function."""
