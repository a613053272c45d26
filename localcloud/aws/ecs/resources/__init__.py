"""Resource types of Elastic Container Service."""
