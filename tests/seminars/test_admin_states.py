"""Status changes with one click, for one talk and for many."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from seminars.models import Series, Talk
from seminars.services.changes import changing
from tests import factories
from tests.factories import NOW
from tests.seminars.admin_forms import client_of, filled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]

LIST = "/admin/seminars/talk/"


@pytest.fixture
def series() -> Series:
    return factories.series(name="CS Seminar")


@pytest.fixture
def client(series: Series) -> Client:
    return client_of(factories.organizer(series))


def press(client: Client, talk: Talk, verb: str, **more: Any) -> list[str]:
    """Take the action and return the messages."""
    address = reverse("admin:seminars_talk_state", args=[talk.pk])
    answer = client.post(address, {"verb": verb, **more}, follow=True)
    assert answer.status_code == 200
    return [str(message) for message in answer.context["messages"]]


def buttons(client: Client, talk: Talk) -> list[str]:
    page = client.get(reverse("admin:seminars_talk_change", args=[talk.pk]))
    return [name for name, _label in page.context["actions"]]


OFFERED = {
    "tentative": ["announce", "duplicate", "withdraw"],
    "draft": ["announce", "duplicate", "withdraw"],
    "announced": ["postpone", "cancel", "undo", "duplicate", "withdraw"],
    "postponed": ["cancel", "reinstate", "undo", "duplicate", "withdraw"],
    "cancelled": ["reinstate", "undo", "duplicate", "withdraw"],
}


@pytest.mark.parametrize("status", OFFERED)
def test_buttons_depend_on_the_status(client: Client, series: Series, status: str) -> None:
    assert buttons(client, factories.talk(series=series, status=status)) == OFFERED[status]


@pytest.mark.parametrize(
    ("status", "verb", "label"),
    [
        ("announced", "postpone", "Undo “postponed”"),
        ("cancelled", "reinstate", "Undo “announced”"),
    ],
)
def test_the_button_names_what_it_undoes(
    client: Client, series: Series, status: str, verb: str, label: str
) -> None:
    talk = factories.talk(series=series, status=status)
    with changing(talk=talk, by=None, now=NOW):
        talk.save()
    change = reverse("admin:seminars_talk_change", args=[talk.pk])
    assert dict(client.get(change).context["actions"])["undo"] == "Undo last status change"
    press(client, talk, verb)
    assert dict(client.get(change).context["actions"])["undo"] == label


def test_buttons_if_talks_need_approval(client: Client, series: Series) -> None:
    Series.objects.update(needs_approval=True)
    administrator = client_of(factories.administrator())
    draft = factories.talk(series=series, status="draft")
    submitted = factories.talk(series=series, status="submitted")
    assert buttons(client, draft) == ["submit", "duplicate", "withdraw"]
    assert buttons(client, submitted) == ["retract", "duplicate", "withdraw"]
    assert buttons(administrator, draft) == ["announce", "duplicate", "withdraw"]
    assert buttons(administrator, submitted) == ["retract", "approve", "duplicate", "withdraw"]


def test_a_withdrawn_talk_can_only_be_restored(client: Client, series: Series) -> None:
    talk = factories.talk(series=series)
    assert press(client, talk, "withdraw") == [
        "The talk has been removed from the site. You can restore it for 60 days."
    ]
    assert buttons(client, talk) == ["restore_withdrawn"]
    change = reverse("admin:seminars_talk_change", args=[talk.pk])
    assert client.post(change, {"title": "Changed"}).status_code == 403
    assert press(client, talk, "restore_withdrawn") == ["The talk has been restored."]
    talk.refresh_from_db()
    assert (talk.withdrawn_at, talk.status) == (None, "announced")


def test_an_action_raises_the_sequence(client: Client, series: Series) -> None:
    talk = factories.talk(series=series)
    assert press(client, talk, "cancel") == ["The talk has been canceled."]
    talk.refresh_from_db()
    assert (talk.status, talk.sequence, talk.changed_at) == ("cancelled", 1, NOW)


def test_a_refused_action_says_why(client: Client, series: Series) -> None:
    talk = factories.talk(series=series, status="draft", date=None)
    assert press(client, talk, "announce") == ["Give the talk a date first."]
    assert press(client, talk, "cancel") == ["This talk has not been announced: remove it instead."]


@pytest.mark.parametrize(
    ("status", "verb", "done"),
    [
        ("announced", "cancel", "set back to “announced”"),
        ("cancelled", "reinstate", "set back to “canceled”"),
        ("draft", "announce", "removed from the site"),
        ("announced", "withdraw", "restored"),
    ],
)
def test_undoing_says_what_it_did(
    client: Client, series: Series, status: str, verb: str, done: str
) -> None:
    talk = factories.talk(series=series, status=status)
    other = factories.talk(series=series, status=status)
    # Both have an earlier version to go back to.
    Talk.objects.update(published_at=None)
    for one in (talk, other):
        with changing(talk=one, by=None, now=NOW):
            one.save()
        press(client, one, verb)
    (message,) = press(client, talk, "undo")
    assert message.startswith(f"The talk has been {done}.")
    data = {"action": "undo", "_selected_action": [other.pk]}
    when = "withdrawn" if verb == "withdraw" else "all"
    answer = client.post(f"{LIST}?when={when}", data, follow=True)
    assert [str(message) for message in answer.context["messages"]] == [f"1 talk {done}."]


def test_a_new_date(client: Client, series: Series) -> None:
    talk = factories.talk(series=series)
    before = talk.starts_at
    shown = press(
        client,
        talk,
        "reschedule",
        **{"new-date": "2025-03-14", "new-start_time": "15:00", "new-end_time": "16:00"},
    )
    assert shown == ["The talk now takes place on Friday, March 14, 2025, 3:00 – 4:00 PM CDT."]
    talk.refresh_from_db()
    assert (talk.date, talk.start_time, talk.previous_starts_at, talk.sequence) == (
        datetime.date(2025, 3, 14),
        datetime.time(15),
        before,
        1,
    )


@pytest.mark.parametrize(
    ("typed", "shown", "beside"),
    [
        (("x", "15:00", "16:00"), [], {"date": ["Enter a date, such as Dec 5, 2026."]}),
        (("2025-03-14", "15:00", "14:00"), ["Enter the end date, or an end after 3:00 PM."], {}),
        (
            ("2026-03-08", "02:30", "03:30"),
            ["2:30 AM doesn’t exist on this day in America/Chicago because clocks go forward."],
            {},
        ),
    ],
)
def test_an_invalid_new_date_changes_nothing_and_is_shown_again(
    client: Client,
    series: Series,
    typed: tuple[str, str, str],
    shown: list[str],
    beside: dict[str, list[str]],
) -> None:
    talk = factories.talk(series=series)
    sent = dict(zip(("new-date", "new-start_time", "new-end_time"), typed, strict=True))
    address = reverse("admin:seminars_talk_state", args=[talk.pk])
    answer = client.post(address, {"verb": "reschedule", **sent}, follow=True)
    assert [str(one) for one in answer.context["messages"]] == shown
    form = answer.context["new_date"]
    assert (
        form.errors,
        tuple(form[name].value() for name in ("date", "start_time", "end_time")),
    ) == (
        beside,
        typed,
    )
    assert '<details class="new-date" open>' in answer.content.decode()
    talk.refresh_from_db()
    assert (talk.date, talk.sequence) == (datetime.date(2025, 3, 10), 0)


def test_a_long_new_date_does_not_make_a_long_address(client: Client, series: Series) -> None:
    talk = factories.talk(series=series)
    address = reverse("admin:seminars_talk_state", args=[talk.pk])
    answer = client.post(address, {"verb": "reschedule", "new-date": "9" * 100_000})
    assert len(answer["Location"]) < 250


@pytest.mark.parametrize(
    ("typed", "status", "entry"),
    [
        ({"date": "2025-03-14"}, "announced", ("CONFIRMED", "20250314T120000")),
        ({"start_time": "12:30"}, "announced", ("CONFIRMED", "20250310T123000")),
        ({"room": "3514"}, "postponed", ("CANCELLED", "20250310T120000")),
        (
            {"date": "2025-03-14", "stays_postponed": "on"},
            "postponed",
            ("CANCELLED", "20250314T120000"),
        ),
    ],
)
def test_a_new_date_in_the_form_announces_a_postponed_talk_again(
    client: Client, series: Series, typed: dict[str, str], status: str, entry: tuple[str, str]
) -> None:
    talk = factories.talk(series=series)
    press(client, talk, "postpone")
    page = reverse("admin:seminars_talk_change", args=[talk.pk])
    answer = client.post(page, filled(client.get(page)) | typed, follow=True)
    shown = [str(one) for one in answer.context["messages"]]
    assert shown[-1] == "Your changes have been saved."
    assert [one[:27] for one in shown[:-1]] == ["The talk now takes place on"] * (
        status != "postponed"
    )
    talk.refresh_from_db()
    assert (talk.status, talk.sequence) == (status, 2)
    feed = client.get(f"/talks/{talk.pk}.ics").content.decode()
    assert f"STATUS:{entry[0]}" in feed
    assert f"DTSTART;TZID=America/Chicago:{entry[1]}" in feed
    # The checkbox is only for postponed talks.
    assert ("stays_postponed" in answer.content.decode()) == (status == "postponed")


def test_a_withdrawn_postponed_talk_can_be_viewed(client: Client, series: Series) -> None:
    talk = factories.talk(series=series, status="postponed", withdrawn_at=NOW)
    page = client.get(reverse("admin:seminars_talk_change", args=[talk.pk]))
    assert page.status_code == 200


def test_a_copy_is_shown_next(client: Client, series: Series) -> None:
    talk = factories.talk(series=series, title="Twice")
    address = reverse("admin:seminars_talk_state", args=[talk.pk])
    answer = client.post(address, {"verb": "duplicate"})
    copy = Talk.objects.exclude(pk=talk.pk).get()
    assert answer["Location"] == reverse("admin:seminars_talk_change", args=[copy.pk])
    assert (copy.title, copy.status, copy.date) == ("Twice", "draft", datetime.date(2025, 3, 17))


@pytest.mark.parametrize(
    ("fields", "advised"),
    [
        ({}, ["cancel", "withdraw"]),
        ({"status": "draft"}, ["withdraw"]),
        ({"withdrawn_at": NOW}, ["restore_withdrawn"]),
    ],
)
def test_deleting_a_talk_explains_what_to_do_instead(
    client: Client, series: Series, fields: dict[str, Any], advised: list[str]
) -> None:
    talk = factories.talk(series=series, **fields)
    address = reverse("admin:seminars_talk_delete", args=[talk.pk])
    for answer in (
        client.get(address, follow=True),
        client.post(address, {"post": "yes"}, follow=True),
    ):
        (message,) = map(str, answer.context["messages"])
        assert [name for name, sentence in INSTEAD.items() if sentence in message] == advised
        assert {name for name, _label in answer.context["actions"]} >= set(advised)
    assert Talk.objects.filter(pk=talk.pk).exists()


def test_an_unknown_action_is_not_found(client: Client, series: Series) -> None:
    talk = factories.talk(series=series)
    address = reverse("admin:seminars_talk_state", args=[talk.pk])
    assert client.post(address, {"verb": "delete"}).status_code == 404


def test_bulk_actions_list_refused_talks(client: Client, series: Series) -> None:
    chosen = [
        factories.talk(series=series, title="One", status="draft"),
        factories.talk(series=series, title="Two", status="draft"),
        factories.talk(series=series, title="Dateless", status="draft", date=None),
    ]
    data = {"action": "announce", "_selected_action": [talk.pk for talk in chosen]}
    answer = client.post(LIST, data, follow=True)
    assert [str(message) for message in answer.context["messages"]] == [
        "2 talks announced.",
        "“CS Seminar: Dateless”: Give the talk a date first.",
    ]
    assert [Talk.objects.get(pk=talk.pk).status for talk in chosen] == [
        "announced",
        "announced",
        "draft",
    ]


def test_actions_in_the_menu_of_the_list(client: Client, series: Series) -> None:
    factories.talk(series=series)
    form = client.get(LIST).context["action_form"]
    labels = [str(label) for value, label in form.fields["action"].choices if value]
    assert labels == [
        "Announce",
        "Submit for approval",
        "Return to draft",
        "Postpone",
        "Cancel",
        "Reinstate",
        "Undo last status change",
        "Duplicate",
        "Remove from the site",
        "Restore",
    ]


INSTEAD = {
    "cancel": "Use “Cancel this talk…” if it won’t take place",
    "withdraw": "Use “Remove from the site…” if it was entered by mistake",
    "restore_withdrawn": "This one has already been removed",
}


def base(client: Client, talk: Talk) -> str:
    page = client.get(reverse("admin:seminars_talk_change", args=[talk.pk]))
    return str(page.context["base"])


LATE = (
    "Someone else has changed this talk since you opened it, so nothing has been done."
    " Review the talk below, then try again."
)


def test_a_button_on_an_outdated_page_does_nothing(client: Client, series: Series) -> None:
    talk = factories.talk(series=series, status=Talk.Status.ANNOUNCED)
    opened = base(client, talk)
    press(client_of(factories.organizer(series)), talk, "cancel")
    assert press(client, talk, "undo", base=opened) == [LATE]
    talk.refresh_from_db()
    assert talk.status == Talk.Status.CANCELLED
    assert press(client, talk, "undo", base=base(client, talk)) == [
        "The talk has been set back to “announced”."
    ]


def test_a_new_date_from_an_outdated_page_is_not_saved(client: Client, series: Series) -> None:
    talk = factories.talk(series=series, status=Talk.Status.ANNOUNCED)
    opened = base(client, talk)
    new = {"new-date": "2026-05-05", "new-start_time": "10:00", "new-end_time": "11:00"}
    other = client_of(factories.organizer(series))
    (message,) = press(other, talk, "reschedule", **new)
    assert "May 5" in message
    mine = new | {"new-date": "2026-06-06"}
    assert press(client, talk, "reschedule", base=opened, **mine) == [LATE]
    talk.refresh_from_db()
    assert talk.date == datetime.date(2026, 5, 5)
    (message,) = press(client, talk, "reschedule", base=base(client, talk), **mine)
    assert "June 6" in message


def test_changes_of_the_same_person_are_not_outdated(client: Client, series: Series) -> None:
    talk = factories.talk(series=series, status=Talk.Status.ANNOUNCED)
    opened = base(client, talk)
    assert press(client, talk, "postpone", base=opened) == ["The talk has been postponed."]
    assert press(client, talk, "cancel", base=opened) == ["The talk has been canceled."]
