"""The data plane of the local cloud: functions, tasks, pollers, front door and databases."""
