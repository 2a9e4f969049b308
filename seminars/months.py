"""Months as calendars show them: whole weeks, and the months before and after."""

import calendar
import datetime
from dataclasses import dataclass

#: The years that have a calendar.
FIRST_YEAR, LAST_YEAR = 1800, 2200


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the Gregorian calendar; `number` is 1 for January."""

    year: int
    number: int

    @classmethod
    def of(cls, day: datetime.date) -> "Month":
        """The month that the day is in."""
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
        """The address of its page."""
        return f"/calendar/{self.year:04}/{self.number:02}/"

    @property
    def before(self) -> "Month | None":
        """The month before; None before the first year."""
        return self._moved(-1)

    @property
    def after(self) -> "Month | None":
        """The month after; None after the last year."""
        return self._moved(1)

    @property
    def year_before(self) -> "Month | None":
        """The same month of the year before."""
        return self._moved(-12)

    @property
    def year_after(self) -> "Month | None":
        """The same month of the year after."""
        return self._moved(12)

    def holds(self, day: datetime.date) -> bool:
        return (day.year, day.month) == (self.year, self.number)

    def weeks(self, starting: int) -> list[list[datetime.date]]:
        """Its weeks, whole ones, which begin on the weekday `starting`, as in `date.weekday()`."""
        return calendar.Calendar(starting).monthdatescalendar(self.year, self.number)

    def _moved(self, months: int) -> "Month | None":
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1) if FIRST_YEAR <= year <= LAST_YEAR else None
