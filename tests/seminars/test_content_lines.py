"""Content lines: folded as by the icalendar library, with values that cannot end a line."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar.parser import Contentline

from seminars.formats import css_colors
from seminars.formats.content_lines import date_line, fold, parameter, text, uri, utc

# Many of those that take two to four octets, and those that a fold may not follow.
LINES = st.text(
    st.one_of(
        st.sampled_from("ab \\^;,ü語👩\u200d\u0301"),
        st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]),
    ),
    max_size=400,
)


@given(LINES)
@example("a" * 74)
@example("a" * 75)
@example("a" * 73 + "\\\\")
@example("a" * 72 + "\\\\\\n")
@example("\\" * 300)
@example("a" * 73 + "ü")
@example("👩" * 60)
def test_lines_are_folded_as_the_library_folds_them(line: str) -> None:
    theirs: bytes = Contentline(line).to_ical()  # type: ignore[no-untyped-call]
    assert fold(line) == theirs + b"\r\n"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a;b,c\\d", r"a\;b\,c\\d"),
        ("one\r\ntwo\rthree\u2028four\n", r"one\ntwo\nthree\nfour"),
        ("\\n\x00\x1b", r"\\n"),
    ],
)
def test_texts_are_escaped(value: str, written: str) -> None:
    assert text(value) == written


def test_a_parameter_is_quoted_and_contains_no_quotes() -> None:
    assert parameter('Join "now";\nor: never') == "\"Join 'now'; or: never\""


def test_a_uri_cannot_end_its_line() -> None:
    assert uri("https://example.org/\r\nEND:VEVENT\x00 a") == "https://example.org/END:VEVENTa"


def test_instants_are_given_to_the_second() -> None:
    chicago = ZoneInfo("America/Chicago")
    moment = datetime.datetime(1990, 1, 2, 3, 4, 5, 678_901, tzinfo=chicago)
    assert utc(moment) == "19900102T090405Z"
    assert date_line("DTSTART", moment, "America/Chicago") == (
        "DTSTART;TZID=America/Chicago:19900102T030405"
    )
    assert date_line("DTSTART", moment, "") == "DTSTART:19900102T090405Z"
    assert date_line("DTEND", moment.date(), "") == "DTEND;VALUE=DATE:19900102"


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ("#000000", "black"),
        ("#ffffff", "white"),
        ("#ff0001", "red"),
        ("#4e2a84", "darkslateblue"),
        ("#1f6f8b", "teal"),
        ("#708090", "slategray"),
        ("#663399", "darkslateblue"),
    ],
)
def test_a_color_has_the_name_of_the_nearest(colour: str, name: str) -> None:
    assert css_colors.nearest(colour) == name
