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

from accounts.models import Group, Membership, User
from accounts.services import create_group, replace_key
from seminars.listings.filters import Days, Filters
from seminars.models import Follow, Series, Talk, Topic, Venue, Version
from seminars.services import talks
from seminars.services.changes import changing
from seminars.services.deleting import delete
from seminars.services.following import follow, restore_talk, unfollow, update_followers
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
    "/talks.ics?q=engines",
    "/talks.ics?q=looms&series=a",
    "/talks.ics?q=%22great+engines%22+-steam",
    "/groups/given.ics",
)
FOLLOWING = (
    "/groups/rules.ics",
    "/groups/search.ics",
    "/groups/both.ics",
    "/groups/words.ics",
    "/groups/words-or-series.ics",
    "/groups/chain.ics",
)
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
    made = factories.talk(series=series, venue=venue, title="Engines")
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
    words, words_or_series, chain = (group(owner, n) for n in ("words", "words-or-series", "chain"))
    follow(group=words, target=Filters(words="engines -steam"), by=owner, now=NOW)
    follow(group=words_or_series, target=Filters(words="looms"), by=owner, now=NOW)
    follow(group=words_or_series, target=talk.series, by=owner, now=NOW)
    follow(group=chain, target=words, by=owner, now=NOW)
    follow(group=chain, target=words_or_series, by=owner, now=NOW)


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


def exclude(slug: str) -> Act:
    return lambda talk, owner: remove_talk(
        group=Group.objects.get(slug=slug), talk=talk, removed_by=owner, now=NOW
    )


def readmit(slug: str) -> Act:
    return lambda talk, owner: restore_talk(
        group=Group.objects.get(slug=slug), talk=talk, by=owner, now=NOW
    )


def unfollow_all(slug: str) -> Act:
    def act(_talk: Talk, owner: User) -> None:
        for rule in Follow.objects.filter(group__slug=slug):
            unfollow(group=rule.group, rule=rule.pk, by=owner, now=NOW)

    return act


def follow_venue(slug: str) -> Act:
    def act(talk: Talk, owner: User) -> None:
        assert talk.venue is not None
        follow(group=Group.objects.get(slug=slug), target=talk.venue, by=owner, now=NOW)

    return act


def visibility(slug: str, visibility: str) -> Act:
    def act(_talk: Talk, _owner: User) -> None:
        group = Group.objects.get(slug=slug)
        Group.objects.filter(pk=group.pk).update(visibility=visibility)
        group.refresh_from_db()
        update_followers(group=group, is_shown=visibility == "public", now=NOW)

    return act


def deleted(slug: str) -> Act:
    return lambda _talk, _owner: delete(subject=Topic.objects.get(slug=slug), now=NOW)


def join_another(talk: Talk, owner: User) -> None:
    """Join somebody else's group that has the talk."""
    other = factories.group(talk, manager=factories.user(), slug="others")
    Membership.objects.create(group=other, user=owner, role="member")


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
    "words": [
        *(edit(title=title) for title in ("Looms", "Engines", "Great engines")),
        *(edit(title=title) for title in ("Great steam engines", "Great engines", "Looms")),
        *(in_series("c"), edit(title="Engine"), in_series("a"), edit(title="Looms, engines")),
    ],
    "words-instead": [
        *(in_series("c"), edit(title="Looms"), in_series("a"), edit(title="Engines")),
        *(in_series("c"), topics(), edit(title="Looms"), at("there"), edit(title="Engines")),
    ],
    "an-old-version": [MOVE, in_series("c"), topics(), WITHDRAW, as_it_was, MOVE, as_it_was],
}


def entries(path: str) -> list[tuple[int, str, datetime.date]]:
    answer = Client().get(path)
    if answer.status_code in (400, 404):
        # Of a group that is private now, or a topic that was deleted.
        return []
    assert answer.status_code == 200
    events = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    return [(one.decoded("SEQUENCE"), str(one["STATUS"]), one.decoded("DTSTART")) for one in events]


#: Ways in and out of groups alone.
FOLLOWED_WALKS: dict[str, list[Act]] = {
    "excluded": [
        *(exclude("words"), readmit("words"), exclude("chain"), edit(title="Looms")),
        *(readmit("chain"), exclude("words-or-series"), in_series("c"), in_series("a")),
        *(readmit("words-or-series"), edit(title="Engines")),
    ],
    "rules": [
        *(at("there"), unfollow_all("rules"), at("here"), follow_venue("rules")),
        *(in_series("c"), unfollow_all("words-or-series"), follow_venue("words-or-series")),
        *(at("there"), edit(title="Looms"), unfollow_all("words"), edit(title="Engines")),
        *(follow_venue("words"), at("here")),
    ],
    "visibility": [
        *(visibility("words", "private"), in_series("c"), visibility("words", "public")),
        *(edit(title="Looms"), visibility("words-or-series", "private"), edit(title="Engines")),
        *(visibility("words-or-series", "public"), in_series("a")),
    ],
    "deleted": [give, deleted("theory"), take, topics("learning"), give],
    "joining": [
        *(exclude("rules"), exclude("search"), exclude("both"), exclude("chain")),
        *(exclude("words"), exclude("words-or-series"), join_another),
    ],
}


@pytest.mark.parametrize(
    ("walk", "followed"),
    [(walk, False) for walk in WALKS] + [(walk, True) for walk in [*WALKS, *FOLLOWED_WALKS]],
)
def test_each_entry_supersedes_the_previous_one(
    talk: Talk, owner: User, walk: str, followed: bool
) -> None:
    if followed:
        follows(talk, owner)
    own = f"/feeds/{replace_key(user=owner, group=None).key}.ics"
    paths = (*FEEDS, *FOLLOWING, own) if followed else FEEDS
    with changing(talk=talk, by=None, now=NOW):
        talk.cost = "free"
        talk.save()
    told = {path: [entries(path)] for path in paths}
    acts = (WALKS | FOLLOWED_WALKS)[walk]
    for act in acts:
        talk.refresh_from_db()
        act(talk, owner)
        for path in paths:
            told[path].append(entries(path))
    for path, found in told.items():
        # Once it has been there it stays, if only as cancelled, unless the group itself changes.
        held = list(itertools.dropwhile(lambda one: not one, found))
        if walk in ("rules", "visibility", "deleted"):
            held = [one for one in held if one]
        assert all(len(one) == 1 for one in held), (path, [act.__qualname__ for act in acts], found)
        for (before, *was), (after, *now) in itertools.pairwise(one for (one,) in held):
            assert after > before or (after == before and now == was), (path, held)
