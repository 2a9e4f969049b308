"""The groups of the demonstration: a public, an unlisted and a private one."""

import datetime

from accounts.models import Group, Membership, User
from accounts.services import create_group, personal_group
from seminars.models import Series, Talk, Topic
from seminars.services.following import follow
from seminars.services.groups import add_talk

_TALKS = 6
#: The slug of the public group.
READING = "northern-reading-group"


def make(people: dict[str, User], *, now: datetime.datetime) -> None:
    """Create the groups of the two members, with upcoming talks; `people` are by email address.

    The public one follows a series, and a topic with its subtopics. Everyone has some of the next
    talks in a personal group.
    """
    upcoming = list(Talk.objects.public().upcoming(now))
    mina, tomas = people["mina@example.org"], people["tomas@example.org"]
    reading = create_group(
        owner=mina,
        name="Northern Reading Group",
        slug=READING,
        visibility=Group.Visibility.PUBLIC,
        description="We read one paper a week, and hear its authors where we can. "
        "Everyone is welcome, from the first year on.",
        homepage="https://reading.example.org/",
        contact="Mina Alvarez",
    )
    Membership.objects.create(group=reading, user=tomas, role=Membership.Role.CONTRIBUTOR)
    writers = create_group(
        owner=tomas,
        name="Thesis writers",
        slug="",
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
    _add(reading, upcoming[::3], mina, now)
    _add(writers, upcoming[1::4], tomas, now)
    _add(lunch, upcoming[2::5], mina, now)
    for offset, person in enumerate(people.values()):
        _add(personal_group(person), upcoming[offset::4][:3], person, now)


def _add(group: Group, talks: list[Talk], person: User, now: datetime.datetime) -> None:
    for talk in talks[:_TALKS]:
        add_talk(group=group, talk=talk, added_by=person, now=now)
