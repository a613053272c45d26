"""Logs Insights: queries over log events, with CloudWatch's query language."""
