"""What facets count: numbers of talks by value."""

from collections.abc import Mapping

#: Numbers of talks by value: a row's id, a year, an attendance, or 1 for a yes/no filter.
Counts = Mapping[int | str, int]

#: The name of the count of all talks of a listing, under the key 0.
TOTAL = "total"
