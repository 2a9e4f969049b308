"""Turn the demonstration data into rows."""

import datetime
import random
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from django.db import models, transaction

from accounts.models import User
from accounts.slugs import slug_for
from seminars import clock
from seminars.demo import groups, signins, timing
from seminars.demo.places import AUDIENCES, DEPARTMENTS, SERIES, TOPICS, VENUES
from seminars.demo.shape import By, TalkData
from seminars.demo.signins import SignIn
from seminars.demo.speakers import SPEAKERS
from seminars.demo.talks import TALKS
from seminars.models import Appearance, Audience, Department, Series, Speaker, Talk, Topic, Venue
from seminars.search import index

_Row = TypeVar("_Row", bound=models.Model)

_TABLES: tuple[type[models.Model], ...] = (
    Talk,
    Series,
    Speaker,
    Venue,
    Department,
    Topic,
    Audience,
)
#: The series of the demonstration's organizer.
ORGANIZED = "cs-seminar"


@dataclass(frozen=True, slots=True)
class World:
    """The rows that talks refer to, by the keys that the demonstration data use."""

    series: dict[str, Series]
    venues: dict[str, Venue]
    topics: dict[str, Topic]
    audiences: dict[str, Audience]
    speakers: dict[str, Speaker]


def is_empty() -> bool:
    """Whether there are no talks, nothing that talks refer to, and none of the demo's users."""
    return not (
        any(model._default_manager.exists() for model in _TABLES)
        or User.objects.filter(email__in=signins.ADDRESSES).exists()
    )


@transaction.atomic
def fill(*, now: datetime.datetime) -> list[SignIn]:
    """Fill an empty database with a term of talks around `now`, completely or not at all.

    The same moment gives the same talks; only passwords and UIDs differ. Raises ValidationError or
    IntegrityError if a row breaks a rule of its model or conflicts with an existing one.
    """
    people = signins.make()
    world = _world()
    for one in people:
        if one.role == "organiser":
            world.series[ORGANIZED].organisers.set([one.user])
    chance = random.Random(1900)  # noqa: S311 - not used for secrets
    for number, data in enumerate(TALKS, 1):
        delay = timedelta(minutes=chance.randrange(200, 14 * 24 * 60))
        _talk(data, number=number, delay=delay, world=world, now=now)
    groups.make({one.user.email: one.user for one in people}, now=now)
    transaction.on_commit(index.catch_up, robust=True)
    return people


def _world() -> World:
    departments = {row["slug"]: _saved(Department(**row)) for row in DEPARTMENTS}
    audiences = {name: _saved(Audience(name=name, slug=slug_for(name, ""))) for name in AUDIENCES}
    venues = {row["slug"]: _saved(Venue(**row)) for row in VENUES}
    topics: dict[str, Topic] = {}
    for name, kind, parent in TOPICS:
        topic = Topic(name=name, slug=slug_for(name, ""), kind=kind, parent=topics.get(parent))
        topics[name] = _saved(topic)
    every_series: dict[str, Series] = {}
    for row in SERIES:
        fields = dict(row)
        chosen = [audiences[name] for name in fields.pop("audiences")]
        fields["department"] = departments[fields["department"]]
        fields["venue"] = venues[fields["venue"]] if fields["venue"] else None
        series = every_series[row["slug"]] = _saved(Series(**fields))
        series.audiences.set(chosen)
    speakers = {key: _saved(Speaker(**row)) for key, row in SPEAKERS.items()}
    return World(every_series, venues, topics, audiences, speakers)


def _talk(
    data: TalkData, *, number: int, delay: timedelta, world: World, now: datetime.datetime
) -> None:
    series = world.series[data.series]
    talk = Talk(
        title=data.title,
        series=series,
        abstract=data.abstract,
        venue=_venue(data, series, world),
        attendance=data.attendance,
        status=data.status,
        speaker_tba=not data.by,
        contact_name=series.contact_name,
        contact_phone=series.contact_phone,
        contact_email=series.contact_email,
        cost=series.cost,
    )
    _set_time(talk, data, now)
    _set_links(talk, data, number, now)
    for name, value in data.more.items():
        setattr(talk, name, value)
    timing.set_history(data, talk, now, delay)
    _saved(talk)
    talk.topics.set(world.topics[name] for name in data.topics)
    talk.co_series.set(world.series[slug] for slug in data.joint_with)
    audiences = data.audiences
    talk.audiences.set(
        series.audiences.all()
        if audiences is None
        else [world.audiences[name] for name in audiences]
    )
    for position, by in enumerate(data.by):
        _appearance(talk, By(by) if isinstance(by, str) else by, position, world)


def _venue(data: TalkData, series: Series, world: World) -> Venue | None:
    if data.attendance == "online" or data.place == "":
        return None
    return world.venues[data.place] if data.place else series.venue


def _set_time(talk: Talk, data: TalkData, now: datetime.datetime) -> None:
    series = talk.series
    assert series is not None  # noqa: S101 - every demonstration talk has one
    slot = timing.slot(data, series, now)
    talk.date, talk.start_time = slot.date, slot.start
    talk.end_time, talk.end_date, talk.timezone = slot.end, slot.end_date, slot.zone
    talk.derive()
    if data.moved_days and slot.date and slot.start:
        earlier = slot.date - timedelta(days=data.moved_days)
        talk.previous_starts_at = clock.instant(earlier, slot.start, slot.zone)
        talk.sequence = 1


def _set_links(talk: Talk, data: TalkData, number: int, now: datetime.datetime) -> None:
    if data.join:
        talk.join_access = data.join
        talk.join_url = f"https://zoom.example.org/j/9340000{number:04d}"
    over = talk.over_at is not None and talk.over_at <= now
    if data.recorded:
        talk.recording_consent = Talk.RecordingConsent.YES
        if over:
            talk.recording_url = f"https://panopto.example.org/watch/{number:04d}"
    if data.slides and over:
        talk.slides_url = f"https://slides.example.org/{number:04d}.pdf"


def _appearance(talk: Talk, by: By, position: int, world: World) -> None:
    speaker = world.speakers[by.speaker]
    _saved(
        Appearance(
            talk=talk,
            speaker=speaker,
            position=position,
            role=by.role,
            affiliation=speaker.affiliation if by.affiliation is None else by.affiliation,
            biography=speaker.biography if by.biography is None else by.biography,
        )
    )


def _saved(row: _Row) -> _Row:
    # The database checks constraints, in a third of the time that Django takes.
    row.full_clean(validate_constraints=False)
    row.save()
    return row
