"""Resource types of EventBridge."""
