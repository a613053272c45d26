"""User pools, their groups and app clients."""
