"""`bulkhead dev`: saved files run in the local cloud without a deployment."""
