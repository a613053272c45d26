"""Topics and runbooks of alarms in tests."""

from components.alarms import AlarmRouting

ALARMS = AlarmRouting(page_topic_arn="arn:alarms", ticket_topic_arn="arn:tickets")
