"""Application Auto Scaling of DynamoDB tables; the telemetry process scales ECS services."""
