"""The feeds of the old calendar, in exactly the formats that existing readers expect."""

from seminars.formats import Format, ics
from seminars.planitpurple import as_html, as_json, as_xml

#: The formats by their names in the feeds' URLs.
FORMATS: dict[str, Format] = {
    "xml": as_xml.FORMAT,
    "json": as_json.FORMAT,
    "ical": ics.FORMAT,
    "html": as_html.FORMAT,
}
