"""Metrics: their names, their store, and the data operations of CloudWatch."""
