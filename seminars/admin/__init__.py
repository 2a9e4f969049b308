"""The administration, where staff edit: one file per model, registered with Django's admin."""

from seminars.admin import audience, department, series, speaker, talk, topic, venue

__all__ = ["audience", "department", "series", "speaker", "talk", "topic", "venue"]
