"""Calendars short enough for Google, which does not read files of more than about 1 MB.

A calendar of more talks says less about each of them, in the same way about all, so that the same
data gives the same bytes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

#: How many octets the entries of a calendar may have together; its head and zones come on top.
MAX_OCTETS = 900_000
#: With more talks, descriptions of usual length do not fit.
MANY_TALKS = 300


class Detail(IntEnum):
    """How much an entry says of its talk: everything; no HTML; a short text; and no picture."""

    FULL = 0
    TEXT = 1
    SHORT = 2
    LEAST = 3


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an entry, and the least detail at which it is left out."""

    octets: bytes
    left_out_at: int = len(Detail)
    only_from: Detail = Detail.FULL


def at(detail: Detail, parts: Iterable[Part]) -> bytes:
    """Return the entry with this much detail."""
    return b"".join(one.octets for one in parts if one.only_from <= detail < one.left_out_at)


def detail_of(entries: Sequence[Iterable[Part]]) -> Detail:
    """Return the greatest detail with which the entries are short enough, or else the least."""
    sizes = [0] * len(Detail)
    for parts in entries:
        for one in parts:
            for detail in range(one.only_from, one.left_out_at):
                sizes[detail] += len(one.octets)
    return next((one for one in Detail if sizes[one] <= MAX_OCTETS), Detail.LEAST)
