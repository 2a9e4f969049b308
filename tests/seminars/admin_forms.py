"""Forms of the administration as a browser reads and submits them."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client

from accounts.models import User


def client_of(person: User) -> Client:
    """Return a client in which this person is signed in."""
    client = Client()
    client.force_login(person)
    return client


class _Form(HTMLParser):
    """Collects what a page's main form would submit unchanged, without its buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, Any] = {}
        self._inside = False
        self._select: dict[str, Any] | None = None
        self._text: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._inside = (given.get("id") or "").endswith("_form")
        name = given.get("name")
        if not self._inside:
            return
        if tag == "option" and self._select is not None:
            if "selected" in given:
                self._select["chosen"].append(given.get("value") or "")
            self._select["first"] = self._select["first"] or given.get("value") or ""
        elif name and "disabled" not in given:
            self._field(tag, name, given)

    def _field(self, tag: str, name: str, given: dict[str, str | None]) -> None:
        if tag == "select":
            self._select = {"name": name, "many": "multiple" in given, "chosen": [], "first": ""}
        elif tag == "textarea":
            self._text = name
            self.values[name] = ""
        elif tag == "input" and given.get("type") in ("checkbox", "radio"):
            if "checked" in given:
                self.values.setdefault(name, []).append(given.get("value") or "on")
        elif tag == "input":
            self.values[name] = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self.values[self._text] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._text is not None:
            # Browsers drop the line feed that follows the opening tag.
            self.values[self._text] = (
                self.values[self._text].removeprefix("\r\n").removeprefix("\n")
            )
            self._text = None
        elif tag == "select" and self._select is not None:
            chosen = self._select["chosen"]
            if self._select["many"]:
                self.values[self._select["name"]] = chosen
            else:
                self.values[self._select["name"]] = chosen[0] if chosen else self._select["first"]
            self._select = None


def filled(answer: Any) -> dict[str, Any]:
    """Return what the page's main form would submit unchanged."""
    assert answer.status_code == 200
    form = _Form()
    form.feed(answer.content.decode())
    return {name: value for name, value in form.values.items() if "__prefix__" not in name}
