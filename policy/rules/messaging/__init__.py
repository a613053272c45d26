"""Rules on queues, topics and the messages between services."""
