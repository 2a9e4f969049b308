"""Whatever happens to a talk, each of its entries in a calendar supersedes the previous one.

Programs take a new entry only if its SEQUENCE is higher, or equal with a later DTSTAMP; some only
if it is higher. So it rises wherever the status changes or the talk moves, in every feed.
"""

import datetime
import itertools
from collections.abc import Callable
from typing import Any

import icalendar
import pytest
from django.test import Client

from accounts.models import Group, User
from accounts.services import create_group
from seminars.listings.filters import Days, Filters
from seminars.models import Series, Talk, Topic, Venue, Version
from seminars.services import talks
from seminars.services.changes import changing
from seminars.services.following import follow
from seminars.services.groups import add_talk, remove_talk
from seminars.services.restoring import restore
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("frozen_now")]

FEEDS = (
    "/talks.ics",
    "/series/a.ics",
    "/talks.ics?series=a&series=b",
    "/departments/cs.ics",
    "/venues/here.ics",
    "/topics/learning.ics",
    "/talks.ics?topic=theory&topic=logic",
    "/talks.ics?topic=learning&venue=here",
    "/talks.ics?attendance=in-person",
    "/talks.ics?from=2025-03-01&to=2025-03-31",
    "/talks.ics?series=a&to=2025-03-31&venue=here",
    "/groups/given.ics",
)
FOLLOWING = ("/groups/rules.ics", "/groups/search.ics", "/groups/both.ics")
MARCH, APRIL = datetime.date(2025, 3, 10), datetime.date(2025, 4, 10)


@pytest.fixture
def owner() -> User:
    return factories.user()


@pytest.fixture
def talk(owner: User) -> Talk:
    """A talk in each of the feeds, but for the group that it is given to later."""
    department = factories.department(slug="cs")
    parent = Topic.objects.create(name="Learning", slug="learning")
    theory = Topic.objects.create(name="Theory", slug="theory", parent=parent)
    Topic.objects.create(name="Practice", slug="practice", parent=parent)
    Topic.objects.create(name="Logic", slug="logic")
    series = factories.series(slug="a", department=department)
    for slug in ("b", "c"):
        factories.series(slug=slug)
    venue = factories.venue(slug="here")
    factories.venue(slug="there")
    made = factories.talk(series=series, venue=venue)
    made.topics.add(theory)
    group(owner, "given")
    return made


def group(owner: User, slug: str) -> Group:
    return create_group(owner=owner, name=slug, slug=slug, visibility=Group.Visibility.PUBLIC)


def follows(talk: Talk, owner: User) -> None:
    """Groups that have the talk by rules of several kinds."""
    rules, search, both = (group(owner, slug) for slug in ("rules", "search", "both"))
    theory = Topic.objects.get(slug="theory")
    assert talk.series is not None
    assert talk.venue is not None
    follow(group=rules, target=talk.series, by=owner, now=NOW)
    follow(group=rules, target=talk.venue, by=owner, now=NOW)
    follow(
        group=search, target=Filters(topic=("learning",), days=Days(last=MARCH)), by=owner, now=NOW
    )
    follow(group=both, target=Group.objects.get(slug="given"), by=owner, now=NOW)
    follow(group=both, target=theory, by=owner, now=NOW)


Act = Callable[[Talk, User], Any]


def edit(**fields: Any) -> Act:
    def act(talk: Talk, _owner: User) -> None:
        with changing(talk=talk, by=None, now=NOW):
            for name, value in fields.items():
                setattr(talk, name, value() if callable(value) else value)
            talk.save()

    return act


def topics(*slugs: str) -> Act:
    def act(talk: Talk, _owner: User) -> None:
        with changing(talk=talk, by=None, now=NOW):
            talk.topics.set(Topic.objects.filter(slug__in=slugs))

    return act


def in_series(slug: str) -> Act:
    return edit(series=lambda: Series.objects.get(slug=slug))


def at(slug: str) -> Act:
    return edit(venue=lambda: Venue.objects.get(slug=slug))


def verb(done: Callable[..., Any]) -> Act:
    return lambda talk, _owner: done(talk=talk, by=None, now=NOW)


def give(talk: Talk, owner: User) -> None:
    add_talk(group=Group.objects.get(slug="given"), talk=talk, added_by=owner, now=NOW)


def take(talk: Talk, owner: User) -> None:
    remove_talk(group=Group.objects.get(slug="given"), talk=talk, removed_by=owner, now=NOW)


def as_it_was(talk: Talk, _owner: User) -> None:
    first = Version.objects.filter(subject="talk", subject_id=talk.pk).order_by("number")[0]
    restore(version=first, by=None, now=NOW)


MOVE, BACK = edit(date=APRIL), edit(date=MARCH)
WITHDRAW, RESTORE = verb(talks.withdraw), verb(talks.restore_withdrawn)
UNDO = verb(talks.undo)

WALKS: dict[str, list[Act]] = {
    "days": [MOVE, BACK, MOVE, BACK],
    "places": [at("there"), at("here"), edit(attendance="online"), edit(attendance="in-person")],
    "series": [in_series("c"), in_series("b"), in_series("a"), in_series("c"), in_series("a")],
    "topics": [topics(), topics("practice"), topics("logic"), topics("theory"), topics()],
    "series-for-venue": [in_series("c"), at("there"), at("here"), at("there"), in_series("a")],
    "topic-then-venue": [
        *(topics("practice"), at("there"), at("here"), topics(), at("there")),
        *(topics("theory"), at("here")),
    ],
    "groups": [give, take, give, MOVE, take, BACK, topics(), give, topics("theory"), take],
    "states": [
        *(verb(talks.cancel), UNDO, verb(talks.postpone), MOVE, verb(talks.reinstate)),
        *(BACK, verb(talks.cancel), verb(talks.reinstate)),
    ],
    "withdrawn": [WITHDRAW, RESTORE, WITHDRAW, UNDO, in_series("c"), WITHDRAW, RESTORE, MOVE],
    "gone-and-withdrawn": [in_series("c"), topics(), WITHDRAW, RESTORE, in_series("a")],
    "an-old-version": [MOVE, in_series("c"), topics(), WITHDRAW, as_it_was, MOVE, as_it_was],
}


def entries(path: str) -> list[tuple[int, str, datetime.date]]:
    answer = Client().get(path)
    assert answer.status_code == 200
    events = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    return [(one.decoded("SEQUENCE"), str(one["STATUS"]), one.decoded("DTSTART")) for one in events]


@pytest.mark.parametrize("followed", [False, True])
@pytest.mark.parametrize("walk", WALKS)
def test_each_entry_supersedes_the_previous_one(
    talk: Talk, owner: User, walk: str, followed: bool
) -> None:
    if followed:
        follows(talk, owner)
    paths = (*FEEDS, *FOLLOWING) if followed else FEEDS
    with changing(talk=talk, by=None, now=NOW):
        talk.cost = "free"
        talk.save()
    told = {path: [entries(path)] for path in paths}
    for act in WALKS[walk]:
        talk.refresh_from_db()
        act(talk, owner)
        for path in paths:
            told[path].append(entries(path))
    for path, found in told.items():
        # Once it has been there it stays, if only as cancelled.
        held = list(itertools.dropwhile(lambda one: not one, found))
        assert all(len(one) == 1 for one in held), (path, found)
        for (before, *was), (after, *now) in itertools.pairwise(one for (one,) in held):
            assert after > before or (after == before and now == was), (path, held)
