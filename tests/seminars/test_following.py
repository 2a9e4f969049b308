"""What groups follow: each kind, reasons, exclusions, other groups, and what calendars announce."""

import datetime

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from accounts.models import Group, Membership, User, Viewer
from seminars.listings import group_reasons
from seminars.listings.filters import Filters
from seminars.listings.listing import Listing
from seminars.listings.rows import first_rows
from seminars.models import LeftOut, Series, Talk, Topic
from seminars.services.changes import changing
from seminars.services.following import Target, follow, restore_talk, unfollow
from seminars.services.groups import add_talk, remove_talk
from tests import factories
from tests.factories import NOW
from tests.interop.readers import by_ical, by_icalendar

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]

LATER = NOW + datetime.timedelta(hours=1)
VISITOR = AnonymousUser()


def public(name: str, *people: User) -> Group:
    """Return a public group with this name and these managers."""
    new = factories.group(name=name, slug=name.lower(), visibility="public")
    for person in people:
        Membership.objects.create(group=new, user=person, role="manager")
    return new


def titles(group: Group, viewer: Viewer = VISITOR) -> list[str]:
    listing = Listing.of_group(group, filters=Filters(), now=NOW, viewer=viewer)
    return sorted(talk.title for talk in listing.for_page())


def reasons_for(group: Group, talk: Talk, viewer: Viewer = VISITOR) -> list[str] | None:
    result = group_reasons.of_talks([group.pk], [talk.pk], viewer).get((group.pk, talk.pk))
    if result is None:
        return None
    return [*(source.name for source in result.sources), *["by hand"] * result.is_added]


@pytest.fixture
def talk() -> Talk:
    """A talk with a series, department, venue, speaker and topic."""
    new = factories.talk(
        factories.speaker(name="Grace"),
        title="Engines",
        series=factories.series(
            name="Theory Seminar", slug="theory", department=factories.department(name="Maths")
        ),
        venue=factories.venue(building="Mudd"),
    )
    parent = Topic.objects.create(name="Learning", slug="learning")
    new.topics.add(Topic.objects.create(name="Deep", slug="deep", parent=parent))
    factories.talk(title="Other", series=factories.series(), venue=factories.venue())
    return new


def target(kind: str, talk: Talk) -> Target:
    assert talk.series is not None
    assert talk.series.department is not None
    assert talk.venue is not None
    if kind == "group":
        return factories.group(talk, name="Them", slug="them", visibility="public")
    result: dict[str, Target] = {
        "series": talk.series,
        "speaker": talk.appearances.get().speaker,
        "topic": Topic.objects.get(slug="learning"),
        "venue": talk.venue,
        "department": talk.series.department,
        "filters": Filters(words="engines", topic=("learning",), year=2025),
    }
    return result[kind]


KINDS = {
    "series": "Theory Seminar",
    "speaker": "Grace",
    "topic": "Learning",
    "venue": "Mudd",
    "department": "Maths",
    "filters": "“engines” · Learning · 2025",
    "group": "Them",
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_followed_and_unfollowed(ada: User, talk: Talk, kind: str) -> None:
    us = public("Us", ada)
    rule = follow(group=us, target=target(kind, talk), by=ada, now=NOW)
    assert (titles(us), reasons_for(us, talk)) == (["Engines"], [KINDS[kind]])
    assert unfollow(group=us, rule=rule.pk, by=ada, now=NOW) == rule
    assert (titles(us), reasons_for(us, talk)) == ([], None)
    assert unfollow(group=us, rule=rule.pk, by=ada, now=NOW) is None


def test_later_talks_are_included(ada: User, talk: Talk) -> None:
    us = public("Us", ada)
    follow(group=us, target=target("series", talk), by=ada, now=NOW)
    follow(group=us, target=target("topic", talk), by=ada, now=NOW)
    factories.talk(title="In the series", series=talk.series)
    joint = factories.talk(title="Jointly")
    joint.co_series.add(Series.objects.get(slug="theory"))
    factories.talk(title="Draft", series=talk.series, status="draft")
    below = Topic.objects.create(name="New", slug="new", parent=Topic.objects.get(slug="deep"))
    factories.talk(title="Of the topic").topics.add(below)
    assert titles(us) == ["Engines", "In the series", "Jointly", "Of the topic"]


def test_a_talk_with_two_reasons_stays_when_one_goes(ada: User, talk: Talk) -> None:
    us = public("Us", ada)
    series = follow(group=us, target=target("series", talk), by=ada, now=NOW)
    venue = follow(group=us, target=target("venue", talk), by=ada, now=NOW)
    assert add_talk(group=us, talk=talk, added_by=ada, now=NOW) is False
    assert reasons_for(us, talk) == ["Theory Seminar", "Mudd", "by hand"]
    unfollow(group=us, rule=series.pk, by=ada, now=LATER)
    assert (titles(us), reasons_for(us, talk)) == (["Engines"], ["Mudd", "by hand"])
    unfollow(group=us, rule=venue.pk, by=ada, now=LATER)
    assert (titles(us), reasons_for(us, talk)) == (["Engines"], ["by hand"])
    assert calendar("us") == {"Engines": ("CONFIRMED", 0)}


def test_excluding_and_restoring(ada: User, talk: Talk) -> None:
    us = public("Us", ada)
    follow(group=us, target=target("series", talk), by=ada, now=NOW)
    follow(group=us, target=target("venue", talk), by=ada, now=NOW)
    add_talk(group=us, talk=talk, added_by=ada, now=NOW)
    assert remove_talk(group=us, talk=talk, removed_by=ada, now=LATER) is True
    assert (titles(us), reasons_for(us, talk)) == ([], None)
    assert remove_talk(group=us, talk=talk, removed_by=ada, now=LATER) is False
    assert calendar("us") == {"Engines": ("CANCELLED", 1)}
    assert restore_talk(group=us, talk=talk, by=ada, now=LATER) is True
    assert restore_talk(group=us, talk=talk, by=ada, now=LATER) is False
    assert reasons_for(us, talk) == ["Theory Seminar", "Mudd"]
    assert calendar("us") == {"Engines": ("CONFIRMED", 2)}


def test_adding_an_excluded_talk(ada: User, talk: Talk) -> None:
    us = public("Us", ada)
    follow(group=us, target=target("series", talk), by=ada, now=NOW)
    remove_talk(group=us, talk=talk, removed_by=ada, now=NOW)
    assert add_talk(group=us, talk=talk, added_by=ada, now=LATER) is True
    assert (reasons_for(us, talk), LeftOut.objects.count()) == (["Theory Seminar", "by hand"], 0)


def calendar(slug: str, at: datetime.datetime = LATER) -> dict[str, tuple[str, int]]:
    """Return STATUS and SEQUENCE of each talk in the group's calendar, on which two"
    " parsers agree."""
    with time_machine.travel(at, tick=False):
        feed = Client().get(f"/groups/{slug}.ics").content
    read = [
        {
            one.summary.rpartition("— ")[2].removeprefix("No longer in this calendar: "): (
                one.status,
                one.sequence,
            )
            for one in by(feed)
        }
        for by in (by_icalendar, by_ical)
    ]
    assert read[0] == read[1]
    return read[0]


def moved(talk: Talk, **fields: object) -> None:
    with changing(talk=talk, by=None, now=LATER):
        for name, value in fields.items():
            setattr(talk, name, value)
        talk.save()


def test_a_talk_that_leaves_the_series_is_cancelled(ada: User, talk: Talk) -> None:
    """Also in groups that follow the series through another group; and it returns by"
    " another rule."""
    us, them, third = public("Us", ada), public("Them", ada), factories.series(name="Third")
    follow(group=us, target=them, by=ada, now=NOW)
    follow(group=them, target=target("series", talk), by=ada, now=NOW)
    follow(group=them, target=third, by=ada, now=NOW)
    assert [calendar("us"), calendar("them")] == [{"Engines": ("CONFIRMED", 0)}] * 2
    moved(talk, series=factories.series())
    assert calendar("us") == calendar("them") == {"Engines": ("CANCELLED", 1)}
    assert calendar("us", at=LATER + datetime.timedelta(days=60)) == {}
    moved(talk, series=third)
    assert calendar("us") == calendar("them") == {"Engines": ("CONFIRMED", 2)}


def test_a_talk_that_another_rule_keeps_is_not_cancelled(ada: User, talk: Talk) -> None:
    us = public("Us", ada)
    follow(group=us, target=target("series", talk), by=ada, now=NOW)
    follow(group=us, target=target("venue", talk), by=ada, now=NOW)
    moved(talk, series=factories.series())
    assert calendar("us") == {"Engines": ("CONFIRMED", 0)}


def test_an_old_exclusion_is_not_cancelled_again(ada: User, talk: Talk) -> None:
    us, past = public("Us", ada), NOW - datetime.timedelta(days=70)
    follow(group=us, target=target("series", talk), by=ada, now=past)
    remove_talk(group=us, talk=talk, removed_by=ada, now=past)
    moved(talk, series=factories.series())
    assert calendar("us") == {}


@pytest.mark.parametrize("kind", KINDS)
def test_unfollowing_cancels_and_following_again_restores(ada: User, talk: Talk, kind: str) -> None:
    us, them = public("Us", ada), target(kind, talk)
    rule = follow(group=us, target=them, by=ada, now=NOW)
    assert calendar("us") == {"Engines": ("CONFIRMED", 0)}
    unfollow(group=us, rule=rule.pk, by=ada, now=LATER)
    assert calendar("us") == {"Engines": ("CANCELLED", 1)}
    follow(group=us, target=them, by=ada, now=LATER)
    assert calendar("us") == {"Engines": ("CONFIRMED", 2)}


def test_an_exclusion_does_not_affect_another_path(ada: User, talk: Talk) -> None:
    """Two groups follow a series, and one excludes the talk; a group that follows both has it."""
    us, one, two = public("Us", ada), public("One", ada), public("Two", ada)
    for group in (one, two):
        follow(group=us, target=group, by=ada, now=NOW)
        follow(group=group, target=target("series", talk), by=ada, now=NOW)
    assert reasons_for(us, talk) == ["One", "Two"]
    remove_talk(group=one, talk=talk, removed_by=ada, now=NOW)
    assert (titles(one), titles(us), reasons_for(us, talk)) == ([], ["Engines"], ["Two"])
    remove_talk(group=two, talk=talk, removed_by=ada, now=LATER)
    assert (titles(us), reasons_for(us, talk)) == ([], None)
    add_talk(group=us, talk=talk, added_by=ada, now=LATER)
    assert (titles(us), reasons_for(us, talk)) == (["Engines"], ["by hand"])


def test_own_page_and_calendar_have_each_talk_once(ada: User, talk: Talk) -> None:
    one, two = public("One", ada), public("Two", ada)
    for group in (one, two):
        follow(group=group, target=target("series", talk), by=ada, now=NOW)
    add_talk(group=two, talk=talk, added_by=ada, now=NOW)

    def mine() -> tuple[list[str], list[str], list[str]]:
        listing = Listing.of_person(ada, filters=Filters(), now=NOW)
        every = listing.for_page(), listing.for_feed(), listing.departed()
        page, feed, gone = ([one.title for one in talks] for talks in every)
        return page, feed, gone

    assert mine() == (["Engines"], ["Engines"], [])
    remove_talk(group=two, talk=talk, removed_by=ada, now=LATER)
    assert mine() == (["Engines"], ["Engines"], [])
    remove_talk(group=one, talk=talk, removed_by=ada, now=LATER)
    assert mine() == ([], [], ["Engines"])


def test_lists_mark_followed_talks(ada: User, talk: Talk) -> None:
    us = public("Us", ada)
    follow(group=us, target=target("series", talk), by=ada, now=NOW)
    listing = Listing.find(filters=Filters(), now=NOW, viewer=ada)
    marks = {row.title: row.is_saved for row in first_rows(listing, 9)}
    assert marks == {"Engines": True, "Other": False}
    narrowed = Listing.find(filters=Filters(group=("us",)), now=NOW)
    assert [one.title for one in narrowed.for_page()] == ["Engines"]
