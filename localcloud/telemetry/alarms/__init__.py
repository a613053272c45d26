"""CloudWatch alarms: evaluation, composite rules, state and history, actions."""
