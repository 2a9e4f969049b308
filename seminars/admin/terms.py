"""Terms of the academic year, by their dates: nothing is stored of them.

Spring is January to May, summer June to August, autumn September to December, of the calendar year.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

_STARTS = {"spring": 1, "summer": 6, "autumn": 9}
_ORDER = tuple(_STARTS)


@dataclass(frozen=True, slots=True)
class Term:
    """`season` is spring, summer or autumn."""

    year: int
    season: str

    @classmethod
    def of(cls, day: date) -> "Term":
        """The term that a day is in."""
        return cls(day.year, max((s for s in _ORDER if _STARTS[s] <= day.month), key=_STARTS.get))  # type: ignore[arg-type]

    @classmethod
    def read(cls, value: str) -> "Term | None":
        """The term that an address names, as “2025-spring”; None where there is none such."""
        year, _hyphen, season = value.partition("-")
        if season not in _STARTS or not (year.isascii() and year.isdigit() and len(year) == 4):
            return None
        return cls(int(year), season) if 1800 <= int(year) <= 2200 else None

    @property
    def value(self) -> str:
        """As an address names it."""
        return f"{self.year}-{self.season}"

    @property
    def starts(self) -> date:
        """Its first day."""
        return date(self.year, _STARTS[self.season], 1)

    def later(self, number: int) -> "Term":
        """The term that comes so many after this one; before it, where the number is negative."""
        years, place = divmod(_ORDER.index(self.season) + number, len(_ORDER))
        return Term(self.year + years, _ORDER[place])

    def __str__(self) -> str:
        name = {"spring": _("Spring"), "summer": _("Summer"), "autumn": _("Autumn")}[self.season]
        return f"{name} {self.year}"


def around(day: date) -> Iterator[Term]:
    """The terms that a list offers: from the next but one back to a year and a half ago."""
    now = Term.of(day)
    return (now.later(number) for number in range(2, -6, -1))
