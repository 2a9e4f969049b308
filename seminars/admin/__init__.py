"""Where staff edit: one file a model, registered with Django's administration."""

from seminars.admin import audience, department, series, speaker, talk, topic, venue

__all__ = ["audience", "department", "series", "speaker", "talk", "topic", "venue"]
