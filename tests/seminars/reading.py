"""Pages as a person sees them: the text of their parts, and where their links lead."""

from html.parser import HTMLParser

from django.contrib.messages import get_messages
from django.test import Client

_VOID = {"br", "hr", "img", "input", "link", "meta"}
# Tags that start a new line, and so separate the text before and after them.
_LINES = {"br", "dd", "div", "dt", "h1", "h2", "h3", "h4", "li", "p", "section", "ul"}


class _Part:
    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.data: list[str] = []

    @property
    def words(self) -> str:
        """The part's text, with each run of white space as one space."""
        return " ".join("".join(self.data).split())


class Page(HTMLParser):
    """The parts of a page, in the order of their start tags."""

    def __init__(self, answer: bytes) -> None:
        super().__init__()
        self.parts: list[_Part] = []
        self._open: list[_Part] = []
        self.feed(answer.decode())
        self.close()

    def words(self, kind: str) -> list[str]:
        """Return the text of every part with this tag or class."""
        return [part.words for part in self.of(kind)]

    def links(self, kind: str = "a") -> list[tuple[str, str]]:
        """Return the text and the address of every link with this class."""
        return [(part.words, part.attributes["href"]) for part in self.of(kind)]

    def of(self, kind: str) -> list[_Part]:
        """Return every part with this tag or class."""
        return [
            part
            for part in self.parts
            if kind == part.tag or kind in part.attributes.get("class", "").split()
        ]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LINES:
            self.handle_data(" ")
        part = _Part(tag, {name: value or "" for name, value in attrs})
        self.parts.append(part)
        if tag not in _VOID:
            self._open.append(part)

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            if self._open.pop().tag == tag:
                return

    def handle_data(self, data: str) -> None:
        for part in self._open:
            part.data.append(data)


def read(client: Client, address: str, status: int = 200) -> Page:
    """Request a page and check its status."""
    response = client.get(address)
    assert response.status_code == status
    return Page(response.content)


def messages(response: object) -> list[str]:
    """Return the messages that the response's page shows."""
    return [str(one) for one in get_messages(response.wsgi_request)]  # type: ignore[attr-defined]
