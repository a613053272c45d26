"""The data path of SQS."""
