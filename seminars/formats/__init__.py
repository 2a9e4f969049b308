"""The formats that feeds come in, by suffix. A new one is a file here and a line below."""

from seminars.formats import ics, json_feed
from seminars.formats.base import Format

FORMATS: dict[str, Format] = {one.suffix: one for one in (ics.FORMAT, json_feed.FORMAT)}

__all__ = ["FORMATS", "Format"]
