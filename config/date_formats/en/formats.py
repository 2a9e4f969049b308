"""Dates and times in the administration and in lists of events: “Nov 28, 2026, 8:45 PM CST”."""

from django.conf import settings

TIME_FORMAT = "g:i A" if settings.CLOCK == "12" else "H:i"
DATE_FORMAT = "M j, Y" if settings.CLOCK == "12" else "j M Y"
DATETIME_FORMAT = f"{DATE_FORMAT}, {TIME_FORMAT} T"
