"""Months as calendars show them: in whole weeks, with previous and next months."""

import calendar
import datetime
from dataclasses import dataclass

#: The range of years that have calendar pages.
FIRST_YEAR, LAST_YEAR = 1800, 2200


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the Gregorian calendar; `number` is 1 for January."""

    year: int
    number: int

    @classmethod
    def of(cls, day: datetime.date) -> "Month":
        """Return the month that contains the day."""
        return cls(day.year, day.month)

    @property
    def first(self) -> datetime.date:
        return datetime.date(self.year, self.number, 1)

    @property
    def last(self) -> datetime.date:
        _weekday, days = calendar.monthrange(self.year, self.number)
        return datetime.date(self.year, self.number, days)

    @property
    def path(self) -> str:
        """The path of its page."""
        return f"/calendar/{self.year:04}/{self.number:02}/"

    @property
    def before(self) -> "Month | None":
        """The previous month; None before the first year."""
        return self._shifted(-1)

    @property
    def after(self) -> "Month | None":
        """The next month; None after the last year."""
        return self._shifted(1)

    @property
    def year_before(self) -> "Month | None":
        """The same month of the previous year."""
        return self._shifted(-12)

    @property
    def year_after(self) -> "Month | None":
        """The same month of the next year."""
        return self._shifted(12)

    def __contains__(self, day: datetime.date) -> bool:
        return (day.year, day.month) == (self.year, self.number)

    def weeks(self, first_weekday: int) -> list[list[datetime.date]]:
        """Return its whole weeks, starting on this weekday (see `date.weekday()`)."""
        return calendar.Calendar(first_weekday).monthdatescalendar(self.year, self.number)

    def _shifted(self, months: int) -> "Month | None":
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1) if FIRST_YEAR <= year <= LAST_YEAR else None
