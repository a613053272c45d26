"""The local environment: the same program, engine and resource types, without an AWS account."""
