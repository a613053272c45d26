"""What makes the emulated cloud live: functions, tasks, pollers, the front door, databases."""
