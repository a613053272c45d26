"""What an Application Load Balancer does with a request."""
