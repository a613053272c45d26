"""The data path of load balancers, HTTP APIs and websites: one process, a port for each."""
