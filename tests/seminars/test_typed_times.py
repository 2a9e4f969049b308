"""Dates and times as people type them."""

from datetime import date, time, timedelta

import pytest

from seminars.text.typed_times import (
    DoubtfulError,
    UnreadableError,
    WrongWeekdayError,
    read_date,
    read_time,
)

DEC_5 = date(2026, 12, 5)


@pytest.mark.parametrize("twelve_hours", [True, False])
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        *((one, time(16)) for one in ("4pm", "4 pm", "4 PM", "4:00 PM", "4.00 pm", "4 p.m.", "4p")),
        *((one, time(16)) for one in ("16", "16.00", "16:00", "1600", "16h", "16h00", " 16:00 ")),
        *((one, time(16, 0)) for one in ("16:00:00", "4:00:00 PM", "04:00 pm")),
        *((one, time(16, 30)) for one in ("4:30pm", "4.30 P.M.", "16.30", "1630", "16h30")),
        *((one, time(12)) for one in ("noon", "Noon", "12 noon", "12:00 noon", "midday", "12pm")),
        *((one, time(12)) for one in ("12", "12:00", "12.00", "12:00 PM", "1200")),
        *((one, time(0)) for one in ("midnight", "12 midnight", "12am", "12:00 a.m.", "0:00")),
        *((one, time(0)) for one in ("00:00", "0", "0000")),
        *((one, time(4)) for one in ("4am", "04:00", "04", "0400", "4 A.M.")),
        *((one, time(9, 5)) for one in ("9:05", "09:05", "9.05", "9:05 am")),
        ("16:30:15", time(16, 30, 15)),
        ("11", time(11)),
        ("8", time(8)),
        ("23:59", time(23, 59)),
    ],
)
def test_times(typed: str, expected: time, twelve_hours: bool) -> None:
    assert read_time(typed, twelve_hours=twelve_hours) == expected


@pytest.mark.parametrize("twelve_hours", [True, False])
@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "soon", "24:00", "25", "16:60", "13pm", "0am", "4 xm", "4:5", "4::00"),
        *("four", "-4", "4pm 5pm", "123", "99999", "4:00:61 pm", "pm", "²", "4\0pm", "noon 5"),
    ],
)
def test_unreadable_times(typed: str, twelve_hours: bool) -> None:
    with pytest.raises(UnreadableError) as raised:
        read_time(typed, twelve_hours=twelve_hours)
    assert type(raised.value) is UnreadableError


@pytest.mark.parametrize(("typed", "hour"), [("4", 4), ("4:00", 4), ("1.00", 1), ("7:00", 7)])
def test_a_bare_hour_is_in_doubt_on_a_12_hour_clock(typed: str, hour: int) -> None:
    with pytest.raises(DoubtfulError) as raised:
        read_time(typed, twelve_hours=True)
    assert raised.value.args == (time(hour), time(hour + 12))
    assert read_time(typed, twelve_hours=False) == time(hour)


@pytest.mark.parametrize("month_first", [True, False])
@pytest.mark.parametrize(
    "typed",
    [
        *("Dec 5, 2026", "Dec. 5, 2026", "December 5, 2026", "december 5 2026", "Dec 5th, 2026"),
        *(
            "5 December 2026",
            "5 Dec 2026",
            "5. Dec. 2026",
            "5-Dec-2026",
            "the 5th of December 2026",
        ),
        *("Sat, Dec 5, 2026", "Saturday, 5 December 2026", "Sat 5 Dec 2026", " Dec  5 ,2026 "),
        *("2026-12-05", "2026-12-5", "2026/12/05", "20261205", "5 Dec 26", "DEC 05, 2026"),
    ],
)
def test_dates_in_words_and_in_iso(typed: str, month_first: bool) -> None:
    assert read_date(typed, month_first=month_first) == DEC_5


@pytest.mark.parametrize(
    ("typed", "month_first", "day_first"),
    [
        ("12/5/2026", DEC_5, date(2026, 5, 12)),
        ("5/12/2026", date(2026, 5, 12), DEC_5),
        ("5.12.2026", date(2026, 5, 12), DEC_5),
        ("05.12.2026", date(2026, 5, 12), DEC_5),
        ("5. 12. 2026", date(2026, 5, 12), DEC_5),
        ("5-12-26", date(2026, 5, 12), DEC_5),
        ("12/5/98", date(1998, 12, 5), date(1998, 5, 12)),
        # Only one order is a date.
        ("25.12.2026", date(2026, 12, 25), date(2026, 12, 25)),
        ("12/25/2026", date(2026, 12, 25), date(2026, 12, 25)),
    ],
)
def test_dates_in_numbers_follow_the_sites_order(
    typed: str, month_first: date, day_first: date
) -> None:
    assert read_date(typed, month_first=True) == month_first
    assert read_date(typed, month_first=False) == day_first


@pytest.mark.parametrize("month_first", [True, False])
@pytest.mark.parametrize(
    "typed",
    [
        *("", "soon", "Dec 5", "Dec 2026", "Feb 30, 2026", "31/4/2026", "0/0/2026", "13/13/2026"),
        *("Dez 5, 2026", "De 5, 2026", "5 12 2026", "12/5.2026", "Dec 5, 2026 at 4", "Dec 5, 202"),
        *(
            "2026",
            "Dec 5 2026!",
            "Dec Dec 2026",
            "5 2026 Dec",
            "²/5/2026",
            "2026-12",
            "Dec 5, 0000",
        ),
        *("Dec 5, 20261", "Sat", "2026-12/05", "\0", "Sat Sun Dec 5 2026"),
    ],
)
def test_unreadable_dates(typed: str, month_first: bool) -> None:
    with pytest.raises(UnreadableError) as raised:
        read_date(typed, month_first=month_first)
    assert type(raised.value) is UnreadableError


def test_a_weekday_must_fit() -> None:
    with pytest.raises(WrongWeekdayError) as raised:
        read_date("Fri, Dec 5, 2026", month_first=True)
    assert raised.value.args == (DEC_5, "Friday")


def test_what_the_site_writes_is_read_back() -> None:
    for days in range(0, 800, 7):
        day = date(2026, 1, 1) + timedelta(days=days)
        for written in (f"{day:%b} {day.day}, {day.year}", f"{day.day} {day:%b} {day.year}"):
            assert read_date(written, month_first=True) == day
    for minute in range(0, 24 * 60, 7):
        hour, left = divmod(minute, 60)
        at = time(hour, left)
        assert read_time(f"{at:%H:%M}", twelve_hours=False) == at
        assert read_time(f"{hour % 12 or 12}:{left:02} {at:%p}", twelve_hours=True) == at
