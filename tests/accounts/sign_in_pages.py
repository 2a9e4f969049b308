"""Helpers that use the sign-in pages as a browser without JavaScript does."""

import re
from html.parser import HTMLParser

from django.core import mail
from django.test import Client

from accounts.models import User
from accounts.people import create_verified
from tests import factories

PASSWORD = "kavo-timu-reda-nopi"
ADDRESS = "ada@example.org"

LOGIN, SIGNUP = "/accounts/login/", "/accounts/signup/"
#: Where signing in leads by default.
MY_PAGE = "/me/"
CODE = "/accounts/confirm-email/"


def ada(**fields: object) -> User:
    """Create a user who can sign in at once."""
    return create_verified(ADDRESS, PASSWORD, **fields)


def unverified() -> User:
    """Create a user who never confirmed their email."""
    return factories.user(email=ADDRESS, password=PASSWORD)


class Page(HTMLParser):
    """The parts of a page that tests check: headings, errors, banners, links and hidden fields."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.h1: list[str] = []
        self.errors: list[str] = []
        self.banners: list[str] = []
        self.links: dict[str, str] = {}
        self.hidden: dict[str, str] = {}
        self._open: list[tuple[str, dict[str, str]]] = []
        self._text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "input":
            if named.get("type") == "hidden":
                self.hidden[named["name"]] = named.get("value", "")
        elif tag in ("h1", "a", "ul", "p"):
            self._open.append((tag, named))
            self._text = ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            return
        _tag, attrs = self._open.pop()
        text = " ".join(self._text.split())
        if tag == "h1":
            self.h1.append(text)
        elif tag == "a":
            self.links[text] = attrs.get("href", "")
        elif attrs.get("class", "").startswith("errorlist"):
            self.errors.append(text)
        elif attrs.get("class", "").startswith("banner"):
            self.banners.append(text)


def page(client: Client, path: str) -> Page:
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code, response.headers)
    return Page(response.content.decode())


def sign_in(client: Client, password: str = PASSWORD, **more: str) -> str:
    """Sign in, and return the path it leads to, or the text of the errors."""
    return _submit(client, LOGIN, {"login": ADDRESS, "password": password, **more})


def sign_up(client: Client, **more: str) -> str:
    return _submit(client, SIGNUP, {"email": ADDRESS, "password1": PASSWORD, **more})


def type_code(client: Client, code: str, **more: str) -> str:
    return _submit(client, CODE, {"code": code, **more})


def _submit(client: Client, path: str, data: dict[str, str]) -> str:
    response = client.post(path, data)
    if response.status_code == 302:
        return response.headers["Location"]
    assert response.status_code == 200, response.status_code
    return " ".join(Page(response.content.decode()).errors)


def code_in(text: str) -> str:
    match = re.search(r"^ {4}([A-Z]{4}-[A-Z]{4})$", text, re.MULTILINE)
    assert match is not None, text
    return match[1]


def mailed_code() -> str:
    """Return the code in the latest email."""
    return code_in(str(mail.outbox[-1].body))


def signed_in_as(client: Client) -> str:
    """Return the email of the signed-in user, or "" for a visitor."""
    user_id = client.session.get("_auth_user_id")
    return User.objects.get(pk=user_id).email if user_id else ""
