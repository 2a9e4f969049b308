"""The feeds of the old calendar, served in exactly the shapes that its readers know."""

from seminars.formats import Format, ics
from seminars.planitpurple import as_html, as_json, as_xml

#: The formats by the names that stand in the feeds' addresses.
FORMATS: dict[str, Format] = {
    "xml": as_xml.FORMAT,
    "json": as_json.FORMAT,
    "ical": ics.FORMAT,
    "html": as_html.FORMAT,
}
