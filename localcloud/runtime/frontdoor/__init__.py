"""The data path of load balancers and HTTP APIs: one process, one port per listener or API."""
