"""The words of the bulkhead command."""
