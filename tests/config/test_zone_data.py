"""The pinned time zone data is used, and its age is told."""

import zoneinfo
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import time_machine
import tzdata
from django.conf import settings

from config import zone_data
from config.checks import zone_data_is_current

#: By the leap seconds in the pinned data: they expire on June 28, 2027.
CURRENT = datetime(2027, 12, 1, tzinfo=UTC)
OUTDATED = datetime(2028, 1, 1, tzinfo=UTC)


def test_the_machine_s_own_data_is_not_read() -> None:
    assert zoneinfo.TZPATH == ()
    assert zone_data.release() == tzdata.IANA_VERSION == settings.TIME_ZONE_DATA


def test_a_law_of_2026_is_known() -> None:
    # British Columbia keeps daylight saving time from 2026 on.
    winter = datetime(2026, 12, 21, 10, tzinfo=ZoneInfo("America/Vancouver"))
    assert winter.utcoffset() == timedelta(hours=-7)


def test_the_startup_message_warns_of_old_data() -> None:
    line = f"Time zone data: {tzdata.IANA_VERSION}, from the tzdata package"
    assert zone_data.describe(CURRENT) == line
    assert zone_data.describe(OUTDATED) == (
        f"{line}\nWarning: this data is over a year old, and laws may have changed."
        " Update Seminars, or tzdata in requirements/run.txt"
    )


def test_the_deployment_check_warns_of_old_data() -> None:
    with time_machine.travel(CURRENT, tick=False):
        assert zone_data_is_current(None) == []
    with time_machine.travel(OUTDATED, tick=False):
        assert [one.id for one in zone_data_is_current(None)] == ["seminars.W001"]
