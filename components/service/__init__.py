"""What one microservice is made of, from all the other chapters."""
