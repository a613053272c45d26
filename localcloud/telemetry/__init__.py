"""The process that keeps metrics, logs and traces, evaluates alarms, and serves the console."""
