"""Code of the Lambda function that rotates database passwords; built as `credentials-rotation`."""
