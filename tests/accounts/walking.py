"""Walks through the pages of signing in as a browser without scripts would."""

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
#: Where signing in leads, unless something else was begun.
MY_PAGE = "/me/"
CODE = "/accounts/confirm-email/"


def ada(**fields: object) -> User:
    """Somebody who can sign in at once."""
    return create_verified(ADDRESS, PASSWORD, **fields)


def unverified() -> User:
    """Somebody who never typed the code."""
    return factories.user(email=ADDRESS, password=PASSWORD)


class Page(HTMLParser):
    """What the tests ask of a page: its h1s, the words of its errors, links and hidden fields."""

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
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code, answer.headers)
    return Page(answer.content.decode())


def sign_in(client: Client, password: str = PASSWORD, **more: str) -> str:
    """Where signing in leads; the errors' text where it does not."""
    return _sent(client, LOGIN, {"login": ADDRESS, "password": password, **more})


def sign_up(client: Client, **more: str) -> str:
    return _sent(client, SIGNUP, {"email": ADDRESS, "password1": PASSWORD, **more})


def type_code(client: Client, code: str, **more: str) -> str:
    return _sent(client, CODE, {"code": code, **more})


def _sent(client: Client, path: str, data: dict[str, str]) -> str:
    answer = client.post(path, data)
    if answer.status_code == 302:
        return answer.headers["Location"]
    assert answer.status_code == 200, answer.status_code
    return " ".join(Page(answer.content.decode()).errors)


def code_in(text: str) -> str:
    found = re.search(r"^ {4}([A-Z]{4}-[A-Z]{4})$", text, re.MULTILINE)
    assert found is not None, text
    return found[1]


def mailed_code() -> str:
    """The code in the latest message."""
    return code_in(str(mail.outbox[-1].body))


def signed_in_as(client: Client) -> str:
    """The address of whoever the browser is signed in as; empty for a visitor."""
    user_id = client.session.get("_auth_user_id")
    return User.objects.get(pk=user_id).email if user_id else ""
