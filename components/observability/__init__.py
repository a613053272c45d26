"""Alarm notifications."""
