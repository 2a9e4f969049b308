"""Organizers read the email addresses only of speakers in talks of their series."""

import pytest

from seminars.models import Speaker
from seminars.services.changes import changing_shared
from tests import factories
from tests.factories import NOW
from tests.seminars.admin_forms import client_of, filled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]

LIST = "/admin/seminars/speaker/"


def changed_twice(email: str) -> Speaker:
    """Return a speaker with this address, whose history has another."""
    person = factories.speaker(name="Ada", email=f"old-{email}")
    with changing_shared(subject=person, by=None, now=NOW):
        person.email = email
        person.save()
    return person


def pages(person: Speaker) -> list[str]:
    key = f"{LIST}{person.pk}"
    autocomplete = (
        "/admin/autocomplete/?app_label=seminars&model_name=appearance&field_name=speaker"
    )
    return [
        *(LIST, f"{LIST}?q=secret", f"{key}/change/", f"{key}/history/", f"{key}/history/1/"),
        f"{autocomplete}&term=a",
    ]


def test_addresses_of_other_speakers_are_hidden() -> None:
    other = changed_twice("secret@example.org")
    factories.talk(other, series=factories.series())
    client = client_of(factories.organizer(factories.series()))
    for page in pages(other):
        answer = client.get(page)
        assert (page, answer.status_code, b"secret@" in answer.content) == (page, 200, False)
    assert client.get(f"{LIST}?email__startswith=s").status_code in (302, 400)
    form = filled(client.get(f"{LIST}{other.pk}/change/")) | {"homepage": "https://ada.example.org"}
    assert client.post(f"{LIST}{other.pk}/change/", form).status_code == 302
    other.refresh_from_db()
    assert (other.email, other.homepage) == ("secret@example.org", "https://ada.example.org")


@pytest.mark.parametrize("status", ["draft", "announced"])
@pytest.mark.parametrize("joint", [False, True])
def test_addresses_of_their_own_speakers_are_shown(status: str, joint: bool) -> None:
    own, series = changed_twice("secret@example.org"), factories.series()
    talk = factories.talk(own, status=status, series=None if joint else series)
    if joint:
        talk.co_series.add(series)
    client = client_of(factories.organizer(series))
    shown = [page for page in pages(own) if b"secret@" in client.get(page).content]
    key = f"{LIST}{own.pk}"
    assert shown == [LIST, f"{key}/change/", f"{key}/history/", f"{key}/history/1/"]


def test_administrators_read_all_addresses_and_organizers_enter_new_ones() -> None:
    other = changed_twice("secret@example.org")
    staff = client_of(factories.administrator())
    assert b"secret@" in staff.get(f"{LIST}{other.pk}/change/").content
    assert staff.get(f"{LIST}?email__startswith=s").status_code == 200
    organizer = client_of(factories.organizer(factories.series()))
    assert "email" in filled(organizer.get(f"{LIST}add/"))
