"""The code in docs/how-to-add-a-format.md works as it is."""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import Client
from django.urls import clear_url_caches, set_urlconf
from django.urls.converters import REGISTERED_CONVERTERS
from pytest_django import Settings

import seminars.urls
from config import urls as site_urls
from seminars import formats
from seminars.formats import FORMATS, Format
from seminars.listings.filters import Filters
from seminars.listings.listing import Listing
from tests import factories
from tests.factories import NOW

HOW_TO = Path(__file__).resolve().parents[2] / "docs" / "how-to-add-a-format.md"
FILE, LINE = re.findall(r"(?ms)^```python\n(.*?)^```$", HOW_TO.read_text())


@pytest.fixture
def text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Format]:
    """Add the guide's format to the package and the registry during a test."""
    (tmp_path / "text.py").write_text(FILE)
    monkeypatch.setattr(formats, "__path__", [*formats.__path__, str(tmp_path)])
    form: Format = importlib.import_module("seminars.formats.text").FORMAT
    monkeypatch.setitem(FORMATS, form.suffix, form)
    _route()
    yield form
    monkeypatch.undo()
    del sys.modules["seminars.formats.text"], formats.text  # type: ignore[attr-defined]
    _route()


def _route() -> None:
    """Build the URLs again, which are created from the registry at startup."""
    for name in ("id", "year", "month"):
        del REGISTERED_CONVERTERS[name]
    importlib.reload(seminars.urls)
    importlib.reload(site_urls)
    clear_url_caches()
    set_urlconf(None)


def test_the_line_registers_every_format_and_the_new_one() -> None:
    names = re.findall(r"(\w+)\.FORMAT", LINE)
    assert names[-1] == "text"
    registered = [importlib.import_module(f"seminars.formats.{name}") for name in names[:-1]]
    assert [module.FORMAT for module in registered] == [*FORMATS.values()]


@pytest.mark.django_db
def test_every_listing_has_the_new_format_and_the_menu_offers_it(
    text: Format, client: Client, settings: Settings
) -> None:
    series = factories.series(name="CS Seminar", slug="cs")
    talk = factories.talk(
        factories.speaker(name="Ada Lovelace"), series=series, title="On\x1b engines", room="3514"
    )
    written = (
        "{}\n\n"
        "CS Seminar: Ada Lovelace — On engines\n"
        "  Monday, March 10, 2025, 12:00 – 1:00 PM CDT, 3514\n"
    )
    for address, title in [
        ("/talks.txt?when=all", "All talks"),
        ("/series/cs.txt?when=all", "CS Seminar"),
        (f"/talks/{talk.pk}.txt", settings.SITE_NAME),
    ]:
        answer = client.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, text.media_type)
        assert answer.content.decode() == written.format(title)
    listing = Listing.of(series, filters=Filters(), now=NOW)
    menu = Template("{% load talks %}{% subscribe listing %}").render(Context({"listing": listing}))
    assert '<a href="http://testserver/series/cs.txt">Plain text</a>' in menu
