"""The formats that feeds come in, by suffix. A new one is a file here and a line below."""

from seminars.formats import atom, csv_file, ics, json_feed, old_html, old_json, old_xml
from seminars.formats.base import Format

FORMATS: dict[str, Format] = {
    one.suffix: one for one in (ics.FORMAT, atom.FORMAT, json_feed.FORMAT, csv_file.FORMAT)
}

#: Those of the old calendar's feeds, by the names that stand in their addresses.
OLD_FORMATS: dict[str, Format] = {
    "xml": old_xml.FORMAT,
    "json": old_json.FORMAT,
    "ical": ics.FORMAT,
    "html": old_html.FORMAT,
}

__all__ = ["FORMATS", "OLD_FORMATS", "Format"]
