"""Metric math: parser and evaluator of the expressions of CloudWatch alarms and GetMetricData."""
