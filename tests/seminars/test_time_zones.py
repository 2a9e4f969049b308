"""Instants follow the time zone data: what people typed stays, and calendars hear of the move."""

import datetime
from datetime import UTC
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from seminars.models import Revision, Talk
from seminars.services.backup import backup, restore
from seminars.services.time_zones import Recomputed, after_migrate, recompute_instants
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

LATER = NOW + datetime.timedelta(days=1)
#: Ten in Vancouver on December 21, 2026: before the law of 2026, and since.
OLD_INSTANT = datetime.datetime(2026, 12, 21, 18, tzinfo=UTC)
NEW_INSTANT = datetime.datetime(2026, 12, 21, 17, tzinfo=UTC)


def computed_by_old_law(**fields: object) -> Talk:
    talk = factories.talk(
        date=datetime.date(2026, 12, 21),
        start_time=datetime.time(10),
        end_time=None,
        timezone="America/Vancouver",
        **fields,
    )
    hour = datetime.timedelta(hours=1)
    Talk.objects.filter(pk=talk.pk).update(starts_at=OLD_INSTANT, over_at=OLD_INSTANT + hour)
    return talk


def facts(talk: Talk) -> tuple[object, ...]:
    talk = Talk.objects.get(pk=talk.pk)
    return (
        talk.starts_at,
        talk.over_at,
        talk.start_time,
        talk.sequence,
        talk.changed_at,
        talk.previous_starts_at,
    )


def test_a_changed_law_moves_the_instant_and_raises_sequence() -> None:
    public = computed_by_old_law()
    Talk.objects.filter(pk=public.pk).update(published_at=NOW, sequence=3)
    draft = computed_by_old_law(status="draft", changed_at=NOW)
    other = factories.talk()
    before = facts(other)
    assert recompute_instants(now=LATER) == Recomputed(2, [])
    over = NEW_INSTANT + datetime.timedelta(hours=1)
    assert facts(public) == (NEW_INSTANT, over, datetime.time(10), 4, LATER, None)
    assert facts(draft)[:4] == (NEW_INSTANT, over, datetime.time(10), 0)
    assert facts(draft)[4] != LATER
    assert facts(other) == before
    assert recompute_instants(now=LATER) == Recomputed(0, [])


def test_the_page_does_not_say_that_the_talk_was_rescheduled(client: Client) -> None:
    talk = computed_by_old_law()
    Talk.objects.filter(pk=talk.pk).update(published_at=NOW)
    recompute_instants(now=LATER)
    page = client.get(talk.get_absolute_url()).content.decode()
    assert "Rescheduled" not in page
    assert "10:00 AM" in page


def test_a_time_that_clocks_skip_now_is_reported_and_stays() -> None:
    talk = factories.talk()
    # Clocks in Chicago go from 2:00 to 3:00 on this day.
    Talk.objects.filter(pk=talk.pk).update(
        date=datetime.date(2025, 3, 9), start_time=datetime.time(2, 30), end_time=None
    )
    before = facts(talk)
    assert recompute_instants(now=LATER) == Recomputed(0, [talk.pk])
    assert facts(talk) == before


def test_migrate_recomputes_after_an_upgrade_of_the_data_only(
    caplog: pytest.LogCaptureFixture,
) -> None:
    talk = computed_by_old_law()
    Revision.objects.filter(pk=1).update(zone_data=settings.TIME_ZONE_DATA)
    after_migrate()
    assert facts(talk)[0] == OLD_INSTANT
    Revision.objects.filter(pk=1).update(zone_data="2025b")
    after_migrate()
    assert facts(talk)[0] == NEW_INSTANT
    assert Revision.objects.get().zone_data == settings.TIME_ZONE_DATA
    assert [record.getMessage() for record in caplog.records] == [
        f"Time zone data {settings.TIME_ZONE_DATA}: talks with new instants: 1."
    ]


def test_the_command_tells_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    computed_by_old_law()
    call_command("recompute_instants")
    assert capsys.readouterr().out == (
        f"Time zone data {settings.TIME_ZONE_DATA}: talks with new instants: 1.\n"
    )


@pytest.mark.django_db(transaction=True)
def test_a_backup_made_by_older_data_is_recomputed(tmp_path: Path) -> None:
    talk = computed_by_old_law()
    backup(to=tmp_path / "backup.gz", now=NOW)
    restore(source=tmp_path / "backup.gz", now=LATER)
    assert facts(talk)[0] == NEW_INSTANT
