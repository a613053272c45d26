"""Application Load Balancers: listeners, rules, actions, target groups and health checks."""
