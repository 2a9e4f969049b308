"""Emails saved as files without a mail server, sent with one, and a server that fails."""

import datetime
import email
import email.policy
import stat
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.services import invitations
from tests import factories
from tests.accounts.sign_in_pages import (
    ADDRESS,
    CODE,
    MY_PAGE,
    PASSWORD,
    SIGNUP,
    Page,
    code_in,
    mailed_code,
    page,
    sign_in,
    sign_up,
    signed_in_as,
    type_code,
)
from tests.factories import NOW
from tests.mailbox import Mailbox, subject_of, text_of
from tests.serving import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND = "accounts.mail_backend.FolderBackend"
    settings.MAIL_FOLDER = tmp_path / "var" / "mail"
    return tmp_path / "var" / "mail"


def test_emails_saved_as_files(client: Client, folder: Path) -> None:
    assert sign_up(client) == CODE
    (file,) = folder.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.suffix == ".eml"
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert (message["To"], message["From"]) == (ADDRESS, "seminars@testserver")
    assert type_code(client, code_in(message.get_content())) == MY_PAGE


def test_pages_show_where_the_files_are(client: Client, folder: Path) -> None:
    note = ["This site has no mail server yet. The email was saved as a file in var/mail."]
    sign_up(client)
    shown = client.get(CODE).content.decode()
    assert Page(shown).banners == note
    assert str(folder) not in shown
    assert page(client, "/accounts/password/reset/done/").banners == note


def test_with_a_server_no_folder_is_shown(client: Client, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert page(client, "/accounts/password/reset/done/").banners == []


def test_an_account_with_email_sent_through_smtp(client: Client, mailbox: Mailbox) -> None:
    assert sign_up(client) == CODE
    (message,) = mailbox.received
    assert (message["To"], message["Subject"], message["Auto-Submitted"]) == (
        ADDRESS,
        "Your Seminars code",
        "auto-generated",
    )
    assert type_code(client, code_in(text_of(message))) == MY_PAGE
    assert signed_in_as(client) == ADDRESS


def test_a_server_that_does_not_respond(client: Client, settings: Settings) -> None:
    """The page explains what to do, which works once the server is back."""
    before = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    with time_machine.travel(NOW) as clock:
        response = client.post(SIGNUP, {"email": ADDRESS, "password1": PASSWORD})
        assert response.status_code == 503
        assert Page(response.content.decode()).h1 == ["The email couldn’t be sent"]
        assert User.objects.get().check_password(PASSWORD)
        settings.EMAIL_BACKEND = before
        clock.shift(datetime.timedelta(seconds=11))
        assert sign_in(client) == CODE
        assert type_code(client, mailed_code()) == MY_PAGE


def test_an_invitation_through_smtp(client: Client, mailbox: Mailbox) -> None:
    manager = factories.user(name="Zoë")
    group = factories.group(name="Lesen & mehr", manager=manager)
    result = invitations.invite(
        group=group, by=manager, addresses=[ADDRESS], role="member", now=timezone.now()
    )
    (message,) = mailbox.received
    assert (result.new, result.unsent, message["To"]) == ([ADDRESS], [], ADDRESS)
    assert subject_of(message) == "Zoë invited you to join Lesen & mehr"
    path = group.invitations.get().get_absolute_url()
    assert f"http://testserver{path}" in text_of(message).split()
    assert Page(client.get(path).content.decode()).h1 == ["You’re invited to “Lesen & mehr”"]
