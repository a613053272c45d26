"""STS, and the functions that tell account and region."""
