"""Schedule expressions of EventBridge: what they mean, and when they fire."""
