"""The data plane of the local cloud: functions, tasks, pollers and front door."""
