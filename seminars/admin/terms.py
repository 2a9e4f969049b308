"""Terms of the academic year, derived from dates.

Spring is January to May, summer June to August, fall September to December.
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
        """Return the term that contains the day."""
        return cls(day.year, max((s for s in _ORDER if _STARTS[s] <= day.month), key=_STARTS.get))  # type: ignore[arg-type]

    @classmethod
    def parse(cls, value: str) -> "Term | None":
        """Return the term with this value, such as “2025-spring”; None if it is not valid."""
        year, _hyphen, season = value.partition("-")
        if season not in _STARTS or not (year.isascii() and year.isdigit() and len(year) == 4):
            return None
        return cls(int(year), season) if 1800 <= int(year) <= 2200 else None

    @property
    def value(self) -> str:
        """The term as it appears in addresses."""
        return f"{self.year}-{self.season}"

    @property
    def starts(self) -> date:
        """Its first day."""
        return date(self.year, _STARTS[self.season], 1)

    def shifted(self, number: int) -> "Term":
        """Return the term this many terms later, or earlier if negative."""
        years, place = divmod(_ORDER.index(self.season) + number, len(_ORDER))
        return Term(self.year + years, _ORDER[place])

    def __str__(self) -> str:
        name = {"spring": _("Spring"), "summer": _("Summer"), "autumn": _("Fall")}[self.season]
        return f"{name} {self.year}"


def around(day: date) -> Iterator[Term]:
    """Yield the terms that the filter offers: two ahead to five back."""
    now = Term.of(day)
    return (now.shifted(number) for number in range(2, -6, -1))
