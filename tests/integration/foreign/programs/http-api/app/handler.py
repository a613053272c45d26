"""Answers a request with its path."""

import json


def handler(event, context):
    """Answer an event of an HTTP API, payload format 2.0."""
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps({"path": event["rawPath"]}),
    }
