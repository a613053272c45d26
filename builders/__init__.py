"""Builds the deployment packages of functions and the images of container services."""
