"""The registry of feed formats, by suffix. A new one is a file here and a line below."""

from seminars.formats import atom, csv_file, ics, json_feed
from seminars.formats.base import Format

FORMATS: dict[str, Format] = {
    one.suffix: one for one in (ics.FORMAT, atom.FORMAT, json_feed.FORMAT, csv_file.FORMAT)
}

__all__ = ["FORMATS", "Format"]
