"""Application Auto Scaling of ECS services: scaling policies and scaling activities."""
