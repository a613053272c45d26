"""Code of the Lambda function that measures the age of secrets; built as `secret-ages`."""
