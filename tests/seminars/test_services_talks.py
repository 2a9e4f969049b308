"""Actions on talks: which states allow them, who may take them, and their effect on calendars."""

import datetime
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from seminars.models import Appearance, Audience, Talk, Topic, Version
from seminars.services import talks
from seminars.services.changes import changing
from seminars.services.errors import RefusedError
from tests import factories
from tests.factories import NOW
from tests.seminars.changing import LATER, START, versions_of

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


def in_state(state: str, **fields: Any) -> Talk:
    if state == "withdrawn":
        fields |= {"status": "announced", "withdrawn_at": NOW - timedelta(days=1)}
    else:
        fields["status"] = state
    public = fields["status"] in ("announced", "postponed", "cancelled")
    return factories.talk(published_at=NOW - timedelta(days=9) if public else None, **fields)


def do(name: str, talk: Talk, by: User | None = None, now: datetime.datetime = LATER) -> Talk:
    verb: Callable[..., Talk] = getattr(talks, name)
    more: dict[str, Any] = {}
    if name == "reschedule":
        more = {"date": datetime.date(2025, 3, 17), "start_time": datetime.time(14)}
        more["end_time"] = datetime.time(15)
    return verb(talk=talk, by=by, now=now, **more)


def state_and_times(talk: Talk) -> tuple[Any, ...]:
    """Return status, sequence and timestamps from the database."""
    row = Talk.objects.get(pk=talk.pk)
    state = "withdrawn" if row.withdrawn_at else row.status
    stored = (state, row.sequence, row.changed_at, row.published_at, row.previous_starts_at)
    held = "withdrawn" if talk.withdrawn_at else talk.status
    assert stored == (
        held,
        talk.sequence,
        talk.changed_at,
        talk.published_at,
        talk.previous_starts_at,
    )
    return stored


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", OUTCOMES)
def test_each_action_in_each_state(verb: str, state: str) -> None:
    talk = in_state(state)
    before = state_and_times(talk)
    expected = OUTCOMES[verb][STATES.index(state)]
    if expected in STATES:
        after = do(verb, talk)
        assert state_and_times(after)[0] == expected
        assert (after.pk == talk.pk) is (verb != "duplicate")
    else:
        with pytest.raises(RefusedError) as why:
            do(verb, talk)
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
    do("reschedule", talk, now=LATER + timedelta(1))
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
        do(verb, talk, by=factories.organizer(mine))
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
        ({"end_time": datetime.time(11)}, "The talk must end after it starts."),
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


class TestUndo:
    @pytest.mark.parametrize(
        ("state", "verb", "undone"),
        [
            ("announced", "postpone", ("announced", 2, None)),
            ("announced", "cancel", ("announced", 2, None)),
            ("postponed", "cancel", ("postponed", 2, None)),
            ("cancelled", "reinstate", ("cancelled", 2, None)),
            ("announced", "withdraw", ("announced", 2, None)),
            ("withdrawn", "restore_withdrawn", ("withdrawn", 2, None)),
            ("draft", "announce", ("withdrawn", 1, None)),
            ("draft", "withdraw", ("draft", 0, None)),
            ("postponed", "reschedule", ("postponed", 2, None)),
        ],
    )
    def test_undoes_each_action(self, state: str, verb: str, undone: tuple[Any, ...]) -> None:
        talk = in_state(state)
        do(verb, talk)
        do("undo", talk, now=LATER + timedelta(hours=1))
        found = state_and_times(talk)
        assert (found[0], found[1], found[4]) == undone
        assert found[2] == LATER + timedelta(hours=1)
        assert (talk.date, talk.start_time) == (datetime.date(2025, 3, 10), datetime.time(12))

    def test_a_second_time_is_refused(self) -> None:
        talk = in_state("announced")
        talks.cancel(talk=talk, by=None, now=LATER)
        talks.undo(talk=talk, by=None, now=LATER)
        with pytest.raises(RefusedError) as why:
            talks.undo(talk=talk, by=None, now=LATER)
        assert str(why.value) == "The last status change has already been undone."

    def test_ignores_a_status_set_from_outside(self) -> None:
        talk = in_state("announced")
        talks.postpone(talk=talk, by=None, now=LATER)
        Talk.objects.filter(pk=talk.pk).update(status="cancelled")
        with pytest.raises(RefusedError) as why:
            talks.undo(talk=talk, by=None, now=LATER)
        assert str(why.value) == NOTHING

    def test_keeps_a_date_that_was_changed_since(self) -> None:
        talk = in_state("postponed")
        do("reschedule", talk)
        with changing(talk=talk, by=None, now=LATER):
            talk.date = datetime.date(2025, 3, 18)
            talk.save()
        talks.undo(talk=talk, by=None, now=LATER)
        state = (talk.status, talk.date, talk.start_time)
        assert state == ("postponed", datetime.date(2025, 3, 18), datetime.time(12))

    def test_a_submitted_talk_becomes_a_draft_again(self) -> None:
        talk = in_state("draft", series=factories.series(needs_approval=True))
        talks.submit(talk=talk, by=None, now=LATER)
        talks.undo(talk=talk, by=None, now=LATER)
        assert state_and_times(talk) == ("draft", 0, LATER, None, None)


class TestDuplicate:
    def test_copies_content_people_and_place_only(self) -> None:
        person = factories.speaker(name="Ada", affiliation="London")
        other = factories.series()
        talk = in_state(
            "cancelled",
            title="Engines",
            abstract="On $x$.",
            series=factories.series(),
            venue=factories.venue(),
            room="7",
            join_url="https://zoom.example.org/1",
            recording_url="https://video.example.org/1",
            slides_url="https://slides.example.org/1",
            notice="Note the room",
            notes="Dinner",
            sequence=4,
        )
        Appearance.objects.create(talk=talk, speaker=person, role="host", affiliation="Turin")
        topic = Topic.objects.create(name="Logic", slug="logic")
        audience = Audience.objects.create(name="Students", slug="students")
        talk.topics.add(topic)
        talk.audiences.add(audience)
        talk.co_series.add(other)
        copy = talks.duplicate(talk=talk, by=None, now=LATER)
        assert copy.uid != talk.uid
        assert state_and_times(copy) == ("draft", 0, LATER, None, None)
        assert (copy.date, copy.start_time, copy.end_time) == (
            datetime.date(2025, 3, 17),
            datetime.time(12),
            datetime.time(13),
        )
        same = ["title", "abstract", "abstract_html", "series", "venue", "room", "join_url"]
        assert [getattr(copy, name) for name in same] == [getattr(talk, name) for name in same]
        gone = ["recording_url", "slides_url", "notice", "notes"]
        assert [getattr(copy, name) for name in gone] == ["", "", "", ""]
        assert list(copy.appearances.values_list("speaker", "role", "affiliation")) == [
            (person.pk, "host", "Turin")
        ]
        assert [*copy.topics.all(), *copy.audiences.all(), *copy.co_series.all()] == [
            topic,
            audience,
            other,
        ]
        assert talk.appearances.count() == 1
        person.refresh_from_db()
        assert person.affiliation == "London"
        assert versions_of(copy) == [(1, "duplicated")]

    def test_a_joint_talk_requires_an_organizer_of_its_own_series(self) -> None:
        mine, yours = factories.series(), factories.series()
        talk = factories.talk(series=yours)
        talk.co_series.add(mine)
        with pytest.raises(RefusedError) as why:
            talks.duplicate(talk=talk, by=factories.organizer(mine), now=LATER)
        assert str(why.value) == "You can’t add talks to this series because it isn’t yours."
        assert list(Talk.objects.all()) == [talk]
        copy = talks.duplicate(talk=talk, by=factories.organizer(yours), now=LATER)
        assert (copy.series, list(copy.co_series.all())) == (yours, [mine])

    def test_has_no_date_if_clocks_skip_its_time(self) -> None:
        talk = in_state(
            "draft",
            date=datetime.date(2025, 3, 2),
            start_time=datetime.time(2, 30),
            end_time=datetime.time(4),
        )
        copy = talks.duplicate(talk=talk, by=None, now=LATER)
        assert (copy.date, copy.start_time, copy.end_time, copy.starts_at) == (None,) * 4


class TestBulk:
    def test_lists_refused_talks_with_reasons(self) -> None:
        first, second, third = in_state("announced"), in_state("draft"), in_state("postponed")
        done, refused = talks.in_bulk(
            talks.cancel, talks=[first, second, third], by=None, now=LATER
        )
        assert (done, refused) == ([first, third], [(second, WITHDRAW)])
        assert [state_and_times(one)[0] for one in (first, second, third)] == [
            "cancelled",
            "draft",
            "cancelled",
        ]

    @pytest.mark.parametrize("people", [1, 3])
    @pytest.mark.parametrize("number", [1, 3])
    def test_queries_per_talk_do_not_depend_on_speakers(
        self, number: int, people: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        found = []
        for _talk in range(number):
            talk = in_state("announced", series=factories.series())
            for _person in range(people):
                Appearance.objects.create(talk=talk, speaker=factories.speaker())
            found.append(talk)
        with django_assert_num_queries(18 * number):
            talks.in_bulk(talks.cancel, talks=found, by=None, now=LATER)
