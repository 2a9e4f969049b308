"""The demonstration data at any time of year, and the command that creates it."""

import datetime
import stat
from collections import Counter
from datetime import UTC
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db.models import F, QuerySet
from django.db.models.functions import Length
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from seminars.demo.fill import fill
from seminars.demo.shape import prose
from seminars.models import Appearance, Audience, Department, Series, Speaker, Talk, Topic, Venue
from tests import factories
from tests.seminars.reading import Page

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 3, 4, 16, 20, tzinfo=UTC)  # a Wednesday, 10:20 in Chicago
SIGN_INS = "demo-sign-ins.txt"


@pytest.fixture(autouse=True)
def _quick(settings: Settings, tmp_path: Path) -> None:
    settings.VAR = tmp_path


def demo(*arguments: str) -> str:
    output = StringIO()
    call_command("demo", *arguments, stdout=output)
    return output.getvalue()


def titles(talks: "QuerySet[Talk]") -> list[str]:
    return sorted(talks.values_list("title", flat=True))


def test_the_seed_talk_has_each_fact_in_its_own_field() -> None:
    fill(now=NOW)
    talk = Talk.objects.get(title="Deep Learning Theory in the Age of Generative AI")
    assert talk.series is not None
    assert talk.venue is not None
    one = talk.appearances.get()
    assert {
        "series": talk.series.name,
        "department": str(talk.series.department),
        "speaker": (one.speaker.name, one.role, one.affiliation),
        "entered": (talk.date, talk.start_time, talk.end_time, talk.end_date, talk.timezone),
        "instants": (talk.starts_at, talk.ends_at),
        "building": (talk.venue.building, talk.venue.former_name, talk.venue.short_name),
        "room": (talk.venue.room, talk.room),
        "street": (talk.venue.street, talk.venue.locality, talk.venue.country),
        "campus": talk.venue.campus,
        "position": (str(talk.venue.latitude), str(talk.venue.longitude)),
        "attendance": talk.attendance,
        "join": (talk.join_url, talk.join_access),
        "recording": (talk.recording_url, talk.recording_consent),
        "cost": talk.cost,
        "contact": (talk.contact_name, talk.contact_phone, talk.contact_email),
        "audiences": sorted(talk.audiences.values_list("name", flat=True)),
        "topics": sorted(talk.topics.values_list("kind", "name", "parent__name")),
        "status": talk.status,
    } == {
        "series": "CS Seminar",
        "department": "Computer Science",
        "speaker": ("Sadhika Malladi", "speaker", "Princeton University"),
        "entered": (
            datetime.date(2025, 2, 21),
            datetime.time(12),
            datetime.time(13),
            None,
            "America/Chicago",
        ),
        "instants": (
            datetime.datetime(2025, 2, 21, 18, tzinfo=UTC),
            datetime.datetime(2025, 2, 21, 19, tzinfo=UTC),
        ),
        "building": ("Mudd Hall", "Seeley G. Mudd Library", "Mudd"),
        "room": ("3514", ""),
        "street": ("2233 Tech Drive", "Evanston, IL 60208", "US"),
        "campus": "Evanston",
        "position": ("42.058300", "-87.674600"),
        "attendance": "hybrid",
        "join": ("https://zoom.example.org/j/93400000000", "public"),
        "recording": (
            "https://panopto.example.org/Panopto/Pages/Viewer.aspx?id=deep-learning",
            "yes",
        ),
        "cost": "free",
        "contact": ("Winona R Charleston", "(847) 555-0174", "cs-events@example.org"),
        "audiences": ["Faculty/Staff", "Graduate Students", "Post Docs/Docs", "Student"],
        "topics": [
            ("category", "Academic (general)", None),
            ("community", "Implicit Bias in Technology", None),
            ("research-area", "machine learning", None),
            ("research-area", "natural language processing", "machine learning"),
            ("research-area", "optimization", None),
            ("research-area", "theoretical machine learning", "machine learning"),
        ],
        "status": "announced",
    }
    assert len(talk.abstract.split()) > 100
    assert one.biography == one.speaker.biography != ""


def test_there_is_a_talk_of_every_kind_that_pages_show() -> None:
    fill(now=NOW)
    every = Talk.objects.all()
    assert dict(Counter(every.values_list("status", flat=True))) == {
        "announced": 80,
        "cancelled": 3,
        "postponed": 1,
        "draft": 3,
        "submitted": 3,
        "tentative": 3,
    }
    public = Talk.objects.public()
    assert titles(public.filter(previous_starts_at__lt=F("starts_at"), sequence=1)) == [
        "Learning to translate from people who disagree",
        "Three hundred nights in the Atacama",
    ]
    assert titles(every.filter(date=None)) == ["Unlearning on request"]
    assert titles(public.filter(date__gt=NOW, start_time=None)) == ["Wave equations that remember"]
    assert titles(public.filter(start_time__isnull=False, end_time=None)) == ["Open problems"]
    assert titles(public.filter(end_date__isnull=False)) == ["Two days of lattices"]
    assert titles(public.filter(language="zh")) == ["陈省身与整体微分几何的诞生"]
    assert titles(public.filter(language="de", date__gt="2000-01-01")) == [
        "Wie der Grenzwert streng wurde"
    ]
    assert titles(public.filter(kind="defence")) == [
        "Joinery for programs: fitting old code to new interfaces without glue"
    ]
    assert public.annotate(length=Length("title")).filter(length__gt=290).count() == 1
    assert public.filter(speaker_tba=True, title="").count() == 2
    assert public.filter(venue=None, attendance="in-person", date__gt=NOW).count() == 1
    assert set(public.exclude(join_url="").values_list("join_access", flat=True)) == {
        "public",
        "signed-in",
        "timed",
        "never",
    }
    assert set(every.values_list("attendance", flat=True)) == {"in-person", "online", "hybrid"}
    assert set(Appearance.objects.values_list("role", flat=True)) == set(Appearance.Role.values)
    assert set(Topic.objects.values_list("kind", flat=True)) == set(Topic.Kind.values)


def test_a_past_talk_keeps_its_speakers_old_affiliation() -> None:
    fill(now=NOW)
    was = Appearance.objects.get(talk__title="How many bees?")
    assert (was.affiliation, was.speaker.affiliation) == (
        "University of Limerick",
        "University of Galway",
    )


@pytest.mark.once
@pytest.mark.parametrize(
    "now",
    [
        pytest.param("2026-03-07T15:00+00:00", id="Saturday"),
        pytest.param("2026-03-08T07:59+00:00", id="minute before daylight saving time"),
        pytest.param("2026-03-08T08:30+00:00", id="just after it starts"),
        pytest.param("2026-11-01T06:30+00:00", id="first 1:30 AM"),
        pytest.param("2026-11-01T07:30+00:00", id="second 1:30 AM"),
        pytest.param("2028-02-29T18:00+00:00", id="leap day"),
        pytest.param("2027-01-01T05:59+00:00", id="end of the year"),
        pytest.param("2027-01-01T06:00+00:00", id="new year"),
        pytest.param("2026-06-10T03:40+00:00", id="late evening"),
        pytest.param("2026-06-10T00:55+00:00", id="early evening"),
    ],
)
def test_it_fills_at_any_time(now: str) -> None:
    moment = datetime.datetime.fromisoformat(now)
    fill(now=moment)
    every = Talk.objects.all()
    assert every.count() == 93
    happening_now = every.get(title__startswith="Open problem session")
    assert happening_now.starts_at is not None
    assert happening_now.ends_at is not None
    assert happening_now.starts_at <= moment < happening_now.ends_at
    tonight = every.get(title="What the ice remembers")
    assert tonight.starts_at is not None
    assert datetime.timedelta() < tonight.starts_at - moment < datetime.timedelta(hours=24)
    assert not every.filter(changed_at__gt=moment).exists()
    assert not every.filter(changed_at__lt=F("published_at")).exists()
    assert not every.filter(published_at__lt=F("created_at")).exists()
    this_term = every.filter(date__gt=moment - datetime.timedelta(days=200))
    assert not this_term.filter(published_at__gt=F("starts_at")).exists()
    assert set(every.filter(published_at=None).values_list("status", flat=True)) == {
        "tentative",
        "draft",
        "submitted",
    }
    assert not every.filter(recording_url__gt="", over_at__gt=moment).exists()
    assert every.exclude(recording_url="").count() >= 20
    assert not every.past(moment).filter(status__in=["draft", "submitted", "tentative"]).exists()


def test_talks_keep_their_series_weekday() -> None:
    fill(now=NOW)
    first = Talk.objects.get(title="What a night shift taught me about consensus")
    assert first.date == datetime.date(2025, 12, 5)
    london = Talk.objects.get(title="Elliptic curves of uncommonly high rank")
    assert london.starts_at == datetime.datetime(2026, 3, 3, 16, tzinfo=ZoneInfo("Europe/London"))


def test_the_same_moment_gives_the_same_talks() -> None:
    fields = ("title", "starts_at", "created_at", "published_at", "changed_at", "join_url")
    fill(now=NOW)
    once = list(Talk.objects.order_by("pk").values_list(*fields))
    for model in (Talk, Series, Speaker, Venue, Department, Topic, Audience, User):
        model._default_manager.all().delete()
    fill(now=NOW)
    assert list(Talk.objects.order_by("pk").values_list(*fields)) == once


def test_the_command_creates_people_who_can_sign_in(tmp_path: Path) -> None:
    with time_machine.travel(NOW, tick=False):
        output = demo()
    path = tmp_path / SIGN_INS
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text()
    assert output == f"Demonstration accounts (also in {path}):\n{text}"
    lines = [line.split(" ") for line in text.splitlines()]
    assert [(role, email) for role, email, _password in lines] == [
        ("administrator", "admin@example.org"),
        ("organiser", "organiser@example.org"),
        ("member", "mina@example.org"),
        ("member", "tomas@example.org"),
    ]
    rights = {}
    for role, email, password in lines:
        user = User.objects.get(email=email)
        validate_password(password, user)
        assert user.check_password(password)
        series = list(user.organised_series.values_list("slug", flat=True))
        rights[role] = (user.is_active, user.is_staff, user.is_superuser, series)
    assert rights == {
        "administrator": (True, True, True, []),
        "organiser": (True, True, False, ["cs-seminar"]),
        "member": (True, False, False, []),
    }
    assert len({password for _role, _email, password in lines}) == 4


def test_the_file_is_private_even_if_an_older_one_was_not(tmp_path: Path) -> None:
    path = tmp_path / SIGN_INS
    path.write_text("old")
    path.chmod(0o644)
    demo()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_text().splitlines()) == 4


def test_a_second_time_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    demo()
    before = (tmp_path / SIGN_INS).read_text()
    with pytest.raises(CommandError) as refused:
        demo()
    assert str(refused.value) == (
        "The database is not empty. Demonstration data need an empty one."
    )
    assert Talk.objects.count() == 93
    assert (tmp_path / SIGN_INS).read_text() == before


def test_if_empty_shows_the_sign_ins_again_and_changes_nothing() -> None:
    first = demo("--if-empty")
    before = list(Talk.objects.order_by("pk").values_list("pk", "uid", "changed_at"))
    assert demo("--if-empty") == first
    assert list(Talk.objects.order_by("pk").values_list("pk", "uid", "changed_at")) == before


def test_if_empty_prints_nothing_on_a_site_in_use(tmp_path: Path) -> None:
    factories.talk(title="Ours")
    assert demo("--if-empty") == ""
    assert titles(Talk.objects.all()) == ["Ours"]
    assert not (tmp_path / SIGN_INS).exists()


def test_a_user_with_one_of_its_addresses_is_not_touched() -> None:
    factories.user(email="admin@example.org")
    with pytest.raises(CommandError, match=r"^The database is not empty"):
        demo()
    assert User.objects.count() == 1


def test_a_failure_leaves_nothing_behind() -> None:
    factories.series(slug="landmark-lectures")
    with pytest.raises(ValidationError):
        fill(now=NOW)
    assert (User.objects.count(), Topic.objects.count(), Series.objects.count()) == (0, 0, 1)


def test_without_the_file_no_data_are_saved(tmp_path: Path) -> None:
    (tmp_path / SIGN_INS).mkdir()
    with pytest.raises(OSError, match=SIGN_INS):
        demo()
    assert (User.objects.count(), Talk.objects.count()) == (0, 0)


def test_prose_unwraps_paragraphs_but_not_lists() -> None:
    wrapped = """
        One
        two.

        - three
        - four
          five
        """
    assert prose(wrapped) == "One two.\n\n- three\n- four\n  five"


def test_a_group_follows_a_series_and_a_topic_with_its_subtopics(client: Client) -> None:
    fill(now=NOW)
    client.force_login(factories.user())
    with time_machine.travel(NOW, tick=False):
        reasons = Page(client.get("/groups/northern-reading-group/").content).words("row-why")
    assert {"Added by a member", "From Theory Lunch", "From machine learning"} <= set(reasons)
