"""Form fields for dates and times as people type them, shown as the site writes them."""

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from seminars.text import typed_times


def _twelve_hours() -> bool:
    """Whether the site writes “Dec 5, 2026, 4:00 PM” rather than “5 Dec 2026, 16:00”."""
    return bool(settings.CLOCK == "12")


def _written_time(value: datetime.time) -> str:
    if value.second:
        return time_format(value, "g:i:s A" if _twelve_hours() else "H:i:s")
    return time_format(value)


class DayInput(forms.DateInput):
    """A text field; static/js/admin/pickers.js adds the browser's own calendar."""

    def format_value(self, value: Any) -> str | None:
        return date_format(value) if isinstance(value, datetime.date) else value


class HourInput(forms.TimeInput):
    """A text field; static/js/admin/pickers.js adds the browser's own clock."""

    def format_value(self, value: Any) -> str | None:
        return _written_time(value) if isinstance(value, datetime.time) else value


_TYPED = {"autocomplete": "off", "size": "14"}
DAY = DayInput({**_TYPED, "data-picks": "date"})
HOUR = HourInput({**_TYPED, "data-picks": "time"})


class TypedDateField(forms.DateField):
    """A date in words or numbers, in the site's order."""

    widget = DAY

    def to_python(self, value: Any) -> datetime.date | None:
        if value in self.empty_values or isinstance(value, datetime.date):
            return super().to_python(value)
        if not str(value).strip():
            return None
        try:
            return typed_times.read_date(str(value), month_first=_twelve_hours())
        except typed_times.WrongWeekdayError as error:
            day, weekday = error.args
            sentence = _("%(date)s is a %(day)s, not a %(typed)s.") % {
                "date": date_format(day),
                "day": date_format(day, "l"),
                "typed": weekday,
            }
        except typed_times.UnreadableError:
            example = date_format(datetime.date(2026, 12, 5))
            sentence = _("Enter a date, such as %(example)s.") % {"example": example}
        raise ValidationError(sentence, code="invalid")


class TypedTimeField(forms.TimeField):
    """A time of day in any usual form."""

    widget = HOUR

    def to_python(self, value: Any) -> datetime.time | None:
        if value in self.empty_values or isinstance(value, datetime.time):
            return super().to_python(value)
        if not str(value).strip():
            return None
        try:
            return typed_times.read_time(str(value), twelve_hours=_twelve_hours())
        except typed_times.DoubtfulError as error:
            early, late = map(_written_time, error.args)
            sentence = _("Enter %(early)s or %(late)s.") % {"early": early, "late": late}
        except typed_times.UnreadableError:
            sentence = _("Enter a time, such as 4:00 PM or 16:00.")
        raise ValidationError(sentence, code="invalid")
