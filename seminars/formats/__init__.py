"""The formats that feeds come in, by suffix. A new one is a file here and a line below."""

from seminars.formats import atom, csv_file, ics, json_feed
from seminars.formats.base import Format
from seminars.planitpurple import as_html, as_json, as_xml

FORMATS: dict[str, Format] = {
    one.suffix: one for one in (ics.FORMAT, atom.FORMAT, json_feed.FORMAT, csv_file.FORMAT)
}

#: Those of the old calendar's feeds, by the names that stand in their addresses.
OLD_FORMATS: dict[str, Format] = {
    "xml": as_xml.FORMAT,
    "json": as_json.FORMAT,
    "ical": ics.FORMAT,
    "html": as_html.FORMAT,
}

__all__ = ["FORMATS", "OLD_FORMATS", "Format"]
