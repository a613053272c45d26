"""The bulkhead command."""
