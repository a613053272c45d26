"""Lambda functions, run in processes that use the Lambda Runtime API."""
