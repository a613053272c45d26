"""Spans of requests and messages: their intake by OTLP, and AWS X-Ray's operations on them."""
