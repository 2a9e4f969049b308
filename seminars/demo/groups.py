"""The groups of the demonstration: one that everybody finds, one by address only, one private."""

import datetime

from accounts.models import Group, Membership, User
from accounts.services import create_group, personal_group
from seminars.models import Series, Talk, Topic
from seminars.services.following import follow
from seminars.services.groups import add_talk

_TALKS = 6
#: A public and an unlisted group are at their names.
READING, WRITERS = "northern-reading-group", "thesis-writers"


def make(people: dict[str, User], *, now: datetime.datetime) -> None:
    """Groups of the two members, with talks that are coming up; `people` are by e-mail address.

    The one that everybody finds follows a series, and a topic with what is part of it.
    Everybody has some of the next talks in a personal group.
    """
    coming = list(Talk.objects.public().upcoming(now))
    mina, tomas = people["mina@example.org"], people["tomas@example.org"]
    reading = create_group(
        owner=mina,
        name="Northern Reading Group",
        slug=READING,
        visibility=Group.Visibility.PUBLIC,
        description="We read one paper a week, and hear its authors where we can. "
        "Everybody is welcome, from the first year on.",
        homepage="https://reading.example.org/",
        contact="Mina Alvarez",
    )
    Membership.objects.create(group=reading, user=tomas, role=Membership.Role.CONTRIBUTOR)
    writers = create_group(
        owner=tomas,
        name="Thesis writers",
        slug=WRITERS,
        visibility=Group.Visibility.UNLISTED,
        description="Talks to come up for air between two chapters.",
    )
    lunch = create_group(owner=mina, name="Lunch with speakers", slug="")
    Membership.objects.create(group=lunch, user=tomas, role=Membership.Role.MEMBER)
    for target in (
        Series.objects.get(slug="theory-lunch"),
        Topic.objects.get(slug="machine-learning"),
    ):
        follow(group=reading, target=target, by=mina, now=now)
    _add(reading, coming[::3], mina, now)
    _add(writers, coming[1::4], tomas, now)
    _add(lunch, coming[2::5], mina, now)
    for offset, person in enumerate(people.values()):
        _add(personal_group(person), coming[offset::4][:3], person, now)


def _add(group: Group, talks: list[Talk], person: User, now: datetime.datetime) -> None:
    for talk in talks[:_TALKS]:
        add_talk(group=group, talk=talk, added_by=person, now=now)
