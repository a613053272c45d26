"""Rules on Amazon OpenSearch Service."""
