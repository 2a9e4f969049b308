"""What is done for a known and an unknown address: the same, so that time does not tell them apart.

What takes time is counted: hashing passwords, sending emails, and writing to the database.
"""

import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.people import create_verified
from accounts.services import invitations, personal_group
from tests import factories
from tests.accounts.sign_in_pages import CODE, LOGIN, PASSWORD, SIGNUP
from tests.factories import NOW
from tests.hashing import OneRound

pytestmark = pytest.mark.django_db

KNOWN, UNKNOWN = "ada@example.org", "new@example.org"
RESET, ADD_EMAIL = "/accounts/password/reset/", "/accounts/email/"
#: The beginning of a statement that writes, with its table.
_WRITE = re.compile(r'(INSERT INTO|UPDATE|DELETE FROM) "\w+"')


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """Count what is done: hashes, emails, and writes to each table."""
    work = Counter[str]()
    encode = OneRound.encode

    def count(self: OneRound, *args: object, **kwargs: object) -> str:
        work["hash"] += 1
        return encode(self, *args, **kwargs)  # type: ignore[arg-type]

    sent = len(mail.outbox)
    with monkeypatch.context() as patch, CaptureQueriesContext(connection) as queries:
        patch.setattr(OneRound, "encode", count)
        yield work
    work["email"] = len(mail.outbox) - sent
    for query in queries:
        if match := _WRITE.match(query["sql"]):
            work[match[0]] += 1


def work_for(
    address: str, act: Callable[[Client, str], object], monkeypatch: pytest.MonkeyPatch
) -> Counter[str]:
    """Return what is done by this act of a visitor who has seen the page before."""
    client = Client()
    client.get(LOGIN)
    cache.clear()
    with counted(monkeypatch) as work:
        act(client, address)
    return work


def _sign_up(client: Client, address: str) -> None:
    data = {"email": address, "name": "Ada", "password1": PASSWORD}
    assert client.post(SIGNUP, data).headers["Location"] == CODE


def _sign_in(client: Client, address: str) -> None:
    data = {"login": address, "password": "wrong"}
    assert client.post(LOGIN, data).status_code == 200


def _reset(client: Client, address: str) -> None:
    assert client.post(RESET, {"email": address}).status_code == 302


def _change_address(client: Client, address: str) -> None:
    data = {"login": "bob@example.org", "password": PASSWORD}
    assert client.post(LOGIN, data).status_code == 302
    asked = client.post(ADD_EMAIL, {"email": address, "action_add": "1"}).headers["Location"]
    confirmed = client.post(asked, {"password": PASSWORD})
    assert (confirmed.status_code, confirmed.headers["Location"]) == (302, CODE)


def _invite(_client: Client, address: str) -> None:
    owner = User.objects.get(email="bob@example.org")
    group = factories.group(manager=owner)
    invitations.invite(group=group, by=owner, addresses=[address], role="member", now=NOW)


@pytest.mark.parametrize("account", ["confirmed", "unconfirmed", "inactive", "no password"])
@pytest.mark.parametrize("act", [_sign_up, _sign_in, _reset, _change_address, _invite])
def test_the_same_is_done_whether_there_is_an_account(
    act: Callable[[Client, str], None],
    account: str,
    monkeypatch: pytest.MonkeyPatch,
    clock: time_machine.Traveller,
) -> None:
    personal_group(create_verified("bob@example.org", PASSWORD))
    if account == "unconfirmed":
        user = factories.user(email=KNOWN, password=PASSWORD)
        EmailAddress.objects.create(user=user, email=KNOWN, primary=True)
    else:
        password = None if account == "no password" else PASSWORD
        create_verified(KNOWN, password, is_active=account != "inactive")
    known, unknown = (work_for(one, act, monkeypatch) for one in (KNOWN, UNKNOWN))
    assert known == unknown


def test_a_password_is_hashed_for_an_address_that_has_an_account(
    monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    create_verified(KNOWN, PASSWORD)
    before = User.objects.count()
    work = work_for(KNOWN, _sign_up, monkeypatch)
    assert (work["hash"], work["email"], User.objects.count()) == (1, 1, before)


def test_resending_a_code_sends_an_email_in_either_case(
    monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    create_verified(KNOWN, PASSWORD)
    done = []
    for address in (KNOWN, UNKNOWN):
        client = Client()
        _sign_up(client, address)
        clock.shift(datetime.timedelta(minutes=1))
        with counted(monkeypatch) as work:
            response = client.post(CODE, {"action": "resend"})
        done.append((response.status_code, response.headers["Location"], work))
        assert mail.outbox[-1].subject == mail.outbox[-2].subject
        assert mail.outbox[-1].to == [address]
        assert client.post(CODE, {"action": "resend"}).status_code == 429
    assert done[0] == done[1]
    assert (done[0][:2], done[0][2]["email"]) == ((302, CODE), 1)
