"""The Pulumi provider `aws` of the local cloud."""
