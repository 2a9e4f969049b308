"""Actions on talks: which states allow them, who may take them, and their effect on calendars."""

import datetime
from datetime import timedelta
from typing import Any

import pytest

from seminars.models import Talk, Version
from seminars.services import talks
from seminars.services.errors import RefusedError
from tests import factories
from tests.factories import NOW
from tests.seminars.changing import (
    LATER,
    START,
    in_state,
    state_and_times,
    take_action,
    versions_of,
)

pytestmark = pytest.mark.django_db

STATES = ["tentative", "draft", "submitted", "announced", "postponed", "cancelled", "withdrawn"]

WITHDRAWN = "This talk has been removed from the site: restore it first."
BEEN = "This talk has already been announced."
WITHDRAW = "This talk has not been announced: remove it instead."
REINSTATE = "This talk has been canceled: reinstate it first."
NEVER = "This talk has not been announced: announce it instead."
CHANGE = "This talk has not been announced: change its date instead."
NOTHING = "There is no status change to undo."
NO_NEED = "Talks in this series don’t need approval: announce it instead."
NOT_WITHDRAWN = "This talk has not been removed."

#: What each verb makes of each state, in the order of STATES: a state, or why it is refused.
OUTCOMES: dict[str, list[str]] = {
    "announce": [
        "announced",
        "announced",
        "announced",
        "This talk is already announced.",
        "This talk is postponed: reschedule it instead.",
        "This talk has been canceled: reinstate it instead.",
        WITHDRAWN,
    ],
    "submit": [
        NO_NEED,
        NO_NEED,
        "This talk has already been submitted.",
        BEEN,
        BEEN,
        BEEN,
        WITHDRAWN,
    ],
    "approve": [
        "This talk has not been submitted yet.",
        "This talk has not been submitted yet.",
        "announced",
        BEEN,
        BEEN,
        BEEN,
        WITHDRAWN,
    ],
    "postpone": [
        WITHDRAW,
        WITHDRAW,
        WITHDRAW,
        "postponed",
        "This talk is already postponed.",
        REINSTATE,
        WITHDRAWN,
    ],
    "reschedule": [CHANGE, CHANGE, CHANGE, "announced", "announced", REINSTATE, WITHDRAWN],
    "cancel": [
        WITHDRAW,
        WITHDRAW,
        WITHDRAW,
        "cancelled",
        "cancelled",
        "This talk has already been canceled.",
        WITHDRAWN,
    ],
    "reinstate": [
        NEVER,
        NEVER,
        NEVER,
        "This talk is already announced.",
        "announced",
        "announced",
        WITHDRAWN,
    ],
    "withdraw": ["withdrawn"] * 6 + ["This talk has already been removed."],
    "restore_withdrawn": [NOT_WITHDRAWN] * 6 + ["announced"],
    "undo": [NOTHING] * 7,
    "duplicate": ["draft"] * 6 + [WITHDRAWN],
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", OUTCOMES)
def test_each_action_in_each_state(verb: str, state: str) -> None:
    talk = in_state(state)
    before = state_and_times(talk)
    expected = OUTCOMES[verb][STATES.index(state)]
    if expected in STATES:
        after = take_action(verb, talk)
        assert state_and_times(after)[0] == expected
        assert (after.pk == talk.pk) is (verb != "duplicate")
    else:
        with pytest.raises(RefusedError) as why:
            take_action(verb, talk)
        assert str(why.value) == expected
        assert (state_and_times(talk), versions_of(talk)) == (before, [])


def test_a_talk_is_first_announced_with_sequence_zero() -> None:
    talk = in_state("draft")
    talks.announce(talk=talk, by=None, now=LATER)
    assert state_and_times(talk) == ("announced", 0, LATER, LATER, None)
    assert versions_of(talk) == [(1, "recorded"), (2, "announced")]


def test_each_later_status_change_raises_the_sequence() -> None:
    talk = in_state("announced")
    first = talk.published_at
    talks.postpone(talk=talk, by=None, now=LATER)
    assert state_and_times(talk) == ("postponed", 1, LATER, first, None)
    take_action("reschedule", talk, now=LATER + timedelta(1))
    assert state_and_times(talk) == ("announced", 2, LATER + timedelta(1), first, START)
    talks.cancel(talk=talk, by=None, now=LATER + timedelta(2))
    talks.withdraw(talk=talk, by=None, now=LATER + timedelta(3))
    assert state_and_times(talk) == ("withdrawn", 4, LATER + timedelta(3), first, START)
    talks.restore_withdrawn(talk=talk, by=None, now=LATER + timedelta(4))
    assert state_and_times(talk) == ("cancelled", 5, LATER + timedelta(4), first, START)
    talks.reinstate(talk=talk, by=None, now=LATER + timedelta(5))
    assert state_and_times(talk) == ("announced", 6, LATER + timedelta(5), first, START)
    assert [verb for _number, verb in versions_of(talk)] == [
        "recorded",
        "postponed",
        "rescheduled",
        "cancelled",
        "withdrawn",
        "restored",
        "reinstated",
    ]


def test_a_draft_that_is_withdrawn_and_restored_keeps_sequence_zero() -> None:
    talk = in_state("draft")
    talks.withdraw(talk=talk, by=None, now=LATER)
    assert state_and_times(talk) == ("withdrawn", 0, LATER, None, None)
    talks.restore_withdrawn(talk=talk, by=None, now=LATER)
    assert state_and_times(talk) == ("draft", 0, LATER, None, None)


def test_a_second_click_is_refused_and_writes_nothing() -> None:
    talk = in_state("draft")
    talks.announce(talk=talk, by=None, now=LATER)
    again = Talk.objects.get(pk=talk.pk)
    with pytest.raises(RefusedError, match=r"^This talk is already announced\.$"):
        talks.announce(talk=again, by=None, now=LATER)
    assert versions_of(talk) == [(1, "recorded"), (2, "announced")]


def test_the_talk_is_read_from_the_database() -> None:
    talk = in_state("announced")
    stale = Talk.objects.get(pk=talk.pk)
    Talk.objects.filter(pk=talk.pk).update(title="Meanwhile", status="postponed")
    stale.title = "Never saved"
    talks.cancel(talk=stale, by=None, now=LATER)
    row = Talk.objects.get(pk=talk.pk)
    assert (row.title, row.status, stale.title) == ("Meanwhile", "cancelled", "Meanwhile")


@pytest.mark.parametrize("verb", OUTCOMES)
def test_talks_of_other_series_cannot_be_changed(verb: str) -> None:
    mine, yours = factories.series(), factories.series()
    talk = in_state("announced", series=yours)
    with pytest.raises(RefusedError) as why:
        take_action(verb, talk, by=factories.organizer(mine))
    assert str(why.value) == "This talk belongs to a series that isn’t yours."
    assert versions_of(talk) == []


def test_organizers_change_talks_of_a_joint_seminar() -> None:
    mine, yours = factories.series(), factories.series()
    talk = in_state("announced", series=yours)
    talk.co_series.add(mine)
    person = factories.organizer(mine)
    talks.cancel(talk=talk, by=person, now=LATER)
    assert Version.objects.get(subject_id=talk.pk, number=2).by == person


SUBMIT = "Talks in this series need approval: submit it instead."
WAITS = "This talk is waiting for an administrator’s approval."


@pytest.mark.parametrize("joint", [False, True])
def test_organizers_submit_and_administrators_approve(
    joint: bool,
) -> None:
    own = factories.series(needs_approval=not joint)
    other = factories.series(needs_approval=joint)
    talk = in_state("draft", series=own)
    talk.co_series.add(other)
    person, chief = factories.organizer(own), factories.administrator()

    def refused(verb: talks.Verb) -> str:
        with pytest.raises(RefusedError) as why:
            verb(talk=talk, by=person, now=LATER)
        return str(why.value)

    assert refused(talks.announce) == SUBMIT
    talks.submit(talk=talk, by=person, now=LATER)
    assert state_and_times(talk) == ("submitted", 0, LATER, None, None)
    assert refused(talks.announce) == WAITS
    assert refused(talks.approve) == "Only an administrator may approve a talk."
    talks.approve(talk=talk, by=chief, now=LATER)
    assert state_and_times(talk) == ("announced", 0, LATER, LATER, None)
    assert versions_of(talk) == [(1, "recorded"), (2, "submitted"), (3, "approved")]


def test_an_administrator_announces_a_draft_at_once() -> None:
    talk = in_state("draft", series=factories.series(needs_approval=True))
    talks.announce(talk=talk, by=factories.administrator(), now=LATER)
    assert state_and_times(talk) == ("announced", 0, LATER, LATER, None)


@pytest.mark.parametrize("verb", [talks.announce, talks.submit])
def test_announcing_needs_a_date(verb: talks.Verb) -> None:
    wants = verb == talks.submit
    talk = in_state("draft", date=None, series=factories.series(needs_approval=wants))
    with pytest.raises(RefusedError, match=r"^Give the talk a date first\.$"):
        verb(talk=talk, by=None, now=LATER)


def test_a_talk_that_is_over_may_be_announced() -> None:
    talk = in_state("draft", date=datetime.date(1990, 1, 5))
    talks.announce(talk=talk, by=None, now=LATER)
    assert state_and_times(talk)[0] == "announced"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({}, "This is already the time of the talk."),
        ({"end_time": datetime.time(11)}, "Enter the end date, or an end after 12:00 PM."),
        (
            {"date": datetime.date(2025, 3, 9), "start_time": datetime.time(2, 30)},
            "2:30 AM doesn’t exist on this day in America/Chicago because clocks go forward.",
        ),
        ({"timezone": "Mars/Olympus"}, "Choose a time zone."),
        ({"date": datetime.date(1, 1, 1)}, "This date is out of range."),
    ],
)
def test_an_impossible_new_time_is_refused(more: dict[str, Any], sentence: str) -> None:
    talk = in_state("announced")
    before = state_and_times(talk)
    times = {"date": talk.date, "start_time": talk.start_time, "end_time": talk.end_time} | more
    with pytest.raises(RefusedError) as why:
        talks.reschedule(talk=talk, by=None, now=LATER, **times)
    assert str(why.value) == sentence
    assert (state_and_times(talk), talk.date, versions_of(talk)) == (
        before,
        datetime.date(2025, 3, 10),
        [],
    )


def test_a_talk_with_an_invalid_zone_is_refused() -> None:
    talk = in_state("announced")
    Talk.objects.filter(pk=talk.pk).update(timezone="Gone/Zone")
    with pytest.raises(RefusedError, match=r"^Choose a time zone\.$"):
        talks.cancel(talk=talk, by=None, now=LATER)


def test_restoring_ends_after_sixty_days() -> None:
    talk = in_state("withdrawn")
    end = NOW - timedelta(days=1) + timedelta(days=60)
    with pytest.raises(RefusedError) as why:
        talks.restore_withdrawn(talk=talk, by=None, now=end)
    assert str(why.value) == ("This talk was removed too long ago to be restored.")
    talks.restore_withdrawn(talk=talk, by=None, now=end - timedelta(seconds=1))
    assert state_and_times(talk)[0] == "announced"
