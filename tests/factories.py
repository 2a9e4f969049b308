"""Rows for tests, with defaults for every field that the test does not care about."""

import datetime
import itertools
from typing import Any

from accounts.models import Group, Membership, User
from seminars.models import Appearance, Department, GroupTalk, Series, Speaker, Talk, Venue

_counter = itertools.count(1)

#: The current moment in most tests: a Monday noon in Chicago, six days before daylight saving time.
NOW = datetime.datetime(2025, 3, 3, 18, 0, tzinfo=datetime.UTC)


def user(**fields: Any) -> User:
    fields.setdefault("email", f"person{next(_counter)}@example.org")
    return User.objects.create_user(**fields)


def organizer(*series: Series) -> User:
    """Create a staff member who organizes these series."""
    person = user(is_staff=True)
    person.organised_series.set(series)
    return person


def administrator() -> User:
    return user(is_staff=True, is_superuser=True)


def series(**fields: Any) -> Series:
    number = next(_counter)
    fields.setdefault("name", f"Seminar {number}")
    fields.setdefault("slug", f"seminar-{number}")
    return Series.objects.create(**fields)


def department(**fields: Any) -> Department:
    number = next(_counter)
    fields.setdefault("name", f"Department {number}")
    fields.setdefault("slug", f"department-{number}")
    return Department.objects.create(**fields)


def venue(**fields: Any) -> Venue:
    number = next(_counter)
    fields.setdefault("building", f"Building {number}")
    fields.setdefault("slug", f"building-{number}")
    return Venue.objects.create(**fields)


def speaker(**fields: Any) -> Speaker:
    fields.setdefault("name", f"Speaker {next(_counter)}")
    return Speaker.objects.create(**fields)


def talk(*speakers: Speaker, **fields: Any) -> Talk:
    """Create an announced talk of one hour, a week after NOW by default."""
    fields.setdefault("title", f"Talk {next(_counter)}")
    fields.setdefault("status", Talk.Status.ANNOUNCED)
    fields.setdefault("date", datetime.date(2025, 3, 10))
    if fields["date"] is not None and "start_time" not in fields:
        fields["start_time"] = datetime.time(12)
        fields.setdefault("end_time", datetime.time(13))
    fields.setdefault("timezone", "America/Chicago")
    fields.setdefault("published_at", NOW if fields["status"] in ("announced",) else None)
    fields.setdefault("changed_at", NOW)
    fields.setdefault("created_at", NOW)
    made = Talk.objects.create(**fields)
    for position, person in enumerate(speakers):
        Appearance.objects.create(
            talk=made, speaker=person, position=position, affiliation=person.affiliation
        )
    return made


def group(*talks: Talk, **fields: Any) -> Group:
    """Create a private group with these talks and members, given by role: `manager=ada`."""
    people = {role: fields.pop(role) for role in Membership.Role.values if role in fields}
    number = next(_counter)
    fields.setdefault("name", f"Group {number}")
    fields.setdefault("slug", f"group-{number}")
    made = Group.objects.create(**fields)
    for role, person in people.items():
        Membership.objects.create(group=made, user=person, role=role)
    for talk in talks:
        GroupTalk.objects.create(group=made, talk=talk)
    return made
