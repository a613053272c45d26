"""CloudWatch alarms and log groups."""
