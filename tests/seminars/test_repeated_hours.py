"""Local times that occur twice, when clocks go back: the site asks which one is meant."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from seminars import clock
from seminars.admin import warnings
from seminars.models import Series, Talk, Version
from seminars.services import changes, talks, time_zones
from seminars.services.errors import RefusedError
from tests import factories
from tests.factories import NOW
from tests.seminars.admin_forms import client_of, filled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]

#: Clocks in Chicago go back from 2:00 CDT to 1:00 CST.
DAY = datetime.date(2026, 11, 1)
QUESTION = "1:30 AM comes twice on this day because clocks go back. Choose which one."
LABELS = ["---------", "The first (CDT)", "The second, after clocks go back (CST)"]


def utc(*parts: int) -> datetime.datetime:
    return datetime.datetime(*parts, tzinfo=datetime.UTC)  # type: ignore[misc,arg-type]


FIRST, SECOND = utc(2026, 11, 1, 6, 30), utc(2026, 11, 1, 7, 30)


@pytest.fixture
def series() -> Series:
    return factories.series(timezone="America/Chicago")


@pytest.fixture
def client(series: Series) -> Client:
    return client_of(factories.organizer(series))


def draft(series: Series | None = None, **fields: Any) -> Talk:
    times: dict[str, Any] = {
        "date": DAY,
        "start_time": datetime.time(1, 30),
        "end_time": datetime.time(3),
    }
    return factories.talk(series=series, **(times | fields))


def test_the_second_instant() -> None:
    at = datetime.time(1, 30)
    found = [clock.instant(DAY, at, "America/Chicago", fold) for fold in (0, 1)]
    assert found == [FIRST, SECOND]
    at = datetime.time(12)
    assert clock.instant(DAY, at, "America/Chicago", 1) == utc(2026, 11, 1, 18)
    with pytest.raises(clock.SkippedTimeError):
        clock.instant(datetime.date(2026, 3, 8), datetime.time(2, 30), "America/Chicago", 1)


@pytest.mark.parametrize(
    ("fields", "instants"),
    [
        ({}, (FIRST, utc(2026, 11, 1, 9))),
        ({"start_fold": 0}, (FIRST, utc(2026, 11, 1, 9))),
        ({"start_fold": 1}, (SECOND, utc(2026, 11, 1, 9))),
        # An end that is only possible the second time.
        ({"start_fold": 1, "end_time": datetime.time(1, 45)}, (SECOND, utc(2026, 11, 1, 7, 45))),
        ({"end_time": datetime.time(1, 15)}, (FIRST, utc(2026, 11, 1, 7, 15))),
        ({"end_time": datetime.time(1, 45)}, (FIRST, utc(2026, 11, 1, 6, 45))),
        ({"end_time": datetime.time(1, 45), "end_fold": 1}, (FIRST, utc(2026, 11, 1, 7, 45))),
    ],
)
def test_a_choice_decides(fields: dict[str, Any], instants: tuple[Any, ...]) -> None:
    talk = draft(**fields)
    assert (talk.starts_at, talk.ends_at) == instants


def test_the_form_asks_and_saves_the_answer(client: Client, series: Series) -> None:
    add = reverse("admin:seminars_talk_add")
    page = client.get(add)
    assert 'type="hidden" name="start_fold"' in page.content.decode()
    typed = {"date": "Nov 1, 2026", "start_time": "1:30am", "end_time": "3am"}
    answer = client.post(add, filled(page) | typed)
    form = answer.context["adminform"].form
    assert form.errors == {"start_fold": [QUESTION]}
    assert [str(label) for _value, label in form.fields["start_fold"].choices] == LABELS
    assert form["end_fold"].is_hidden
    again = filled(answer)
    assert {name: again[name] for name in typed} == typed
    assert client.post(add, again | {"start_fold": "1"}).status_code == 302
    talk = Talk.objects.get()
    assert (talk.start_fold, talk.end_fold, talk.starts_at) == (1, None, SECOND)
    change = reverse("admin:seminars_talk_change", args=[talk.pk])
    shown = filled(client.get(change))
    assert (shown["start_fold"], shown["end_fold"]) == ("1", "")
    assert client.post(change, shown | {"start_time": "2:30 AM"}).status_code == 302
    talk.refresh_from_db()
    assert (talk.start_fold, talk.starts_at) == (None, utc(2026, 11, 1, 8, 30))


def test_an_end_in_doubt_is_asked_about(client: Client, series: Series) -> None:
    add = reverse("admin:seminars_talk_add")
    typed = {"date": "Nov 1, 2026", "start_time": "0:30", "end_time": "1:30 AM"}
    answer = client.post(add, filled(client.get(add)) | typed)
    assert answer.context["adminform"].form.errors == {"end_fold": [QUESTION]}
    assert client.post(add, filled(answer) | {"end_fold": "0"}).status_code == 302
    assert Talk.objects.get().ends_at == FIRST


def test_a_saved_time_in_doubt_has_a_warning(series: Series) -> None:
    user = factories.organizer(series)
    talk = draft(series, status="draft")
    found = [one for one in warnings.of(talk, NOW, user) if one.field == "start_fold"]
    assert [(one.label, one.sentence) for one in found] == [("A time that comes twice", QUESTION)]
    talk = draft(series, status="draft", start_fold=0)
    assert not [one for one in warnings.of(talk, NOW, user) if one.field == "start_fold"]


def test_rescheduling_asks_too() -> None:
    talk = factories.talk()
    times: dict[str, Any] = {"date": DAY, "start_time": datetime.time(1, 30), "end_time": None}
    with pytest.raises(RefusedError) as why:
        talks.reschedule(talk=talk, by=None, now=NOW, **times)
    assert str(why.value) == QUESTION
    talks.reschedule(talk=talk, by=None, now=NOW, start_fold=1, **times)
    talk.refresh_from_db()
    assert (talk.start_fold, talk.starts_at) == (1, SECOND)


def test_the_other_hour_is_a_move_that_calendars_hear_of() -> None:
    talk = draft(start_fold=0)
    with changes.changing(talk=talk, by=None, now=NOW) as change:
        talk.start_fold = 1
        talk.save()
    talk.refresh_from_db()
    assert (change.fields, talk.sequence, talk.starts_at, talk.previous_starts_at) == (
        ["start_fold"],
        1,
        SECOND,
        FIRST,
    )
    version = Version.objects.filter(subject="talk", subject_id=talk.pk).order_by("number").last()
    assert version is not None
    assert version.data["start_fold"] == 1


def test_new_zone_data_keeps_the_choice() -> None:
    talk = draft(start_fold=1)
    assert time_zones.recompute_instants(now=NOW) == (0, [])
    talk.refresh_from_db()
    assert (talk.start_fold, talk.starts_at) == (1, SECOND)


def test_calendars_and_pages_have_the_second_hour() -> None:
    talk = draft(start_fold=1, status="announced", published_at=NOW)
    calendar = Client().get(f"/talks/{talk.pk}.ics").content.decode()
    assert "DTSTART:20261101T073000Z\r\n" in calendar
    assert "DTEND:20261101T090000Z\r\n" in calendar
    page = Client().get(talk.get_absolute_url()).content.decode()
    assert "1:30 – 3:00 AM CST" in page
