"""No text becomes markup, whatever it is and wherever it stands on a page."""

import ast
import datetime
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils.safestring import SafeString

from seminars.models import Topic
from seminars.rendering.html import element, html_attributes, join, script_json, void_element
from tests import factories
from tests.factories import NOW

HOSTILE = "</a></script><script>alert('1')</script>\"&<img src=x onerror=alert(2)>"
ESCAPED = (
    "&lt;/a&gt;&lt;/script&gt;&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt;&quot;&amp;"
    "&lt;img src=x onerror=alert(2)&gt;"
)


def test_every_text_is_escaped() -> None:
    assert element("p", {"title": HOSTILE}, HOSTILE) == f'<p title="{ESCAPED}">{ESCAPED}</p>'
    assert join([HOSTILE, HOSTILE], HOSTILE) == ESCAPED * 3
    assert void_element("input", {"value": HOSTILE}) == f'<input value="{ESCAPED}">'
    assert html_attributes({"lang": HOSTILE}) == f' lang="{ESCAPED}"'


def test_only_a_part_of_safe_html_is_escaped_that_was_joined_by_hand() -> None:
    """An f-string of safe HTML is a text again: it shows as text, and does no harm."""
    inner = element("b", {}, "x")
    assert element("p", {}, inner) == "<p><b>x</b></p>"
    assert element("p", {}, f"{inner}{HOSTILE}") == f"<p>&lt;b&gt;x&lt;/b&gt;{ESCAPED}</p>"


def test_attributes_without_a_value() -> None:
    assert void_element("input", {"checked": True, "disabled": False, "value": ""}) == (
        '<input checked value="">'
    )


@pytest.mark.parametrize(
    "html",
    [element("p", {}), void_element("br", {}), join([]), html_attributes({}), script_json({})],
)
def test_what_is_built_is_safe(html: str) -> None:
    assert isinstance(html, SafeString)


def test_json_cannot_end_its_script() -> None:
    written = script_json({"name": HOSTILE + "\u2028"})
    assert not set("<>&\u2028") & set(written)


def test_only_one_module_makes_safe_strings() -> None:
    """All others build HTML from elements, with Django's `format_html`, or in templates."""
    root = Path(settings.ROOT)
    makers = [
        str(path.relative_to(root))
        for folder in ("accounts", "config", "seminars")
        for path in (root / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) in ("SafeString", "mark_safe")
    ]
    assert set(makers) == {"seminars/rendering/html.py"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/", "/talks/?when=all&q=script", "/calendar/", "/talks/?when=all", "talk"]
)
@pytest.mark.parametrize("signed_in", [False, True])
def test_hostile_texts_in_every_field(client: Client, address: str, signed_in: bool) -> None:
    with time_machine.travel(NOW, tick=False):
        series = factories.series(name=f"S {HOSTILE}", short_code="S<script>")
        full = factories.talk(
            factories.speaker(name=f"Ada {HOSTILE}", affiliation=f"At {HOSTILE}"),
            title=f"T {HOSTILE}",
            abstract=f"A script: {HOSTILE}",
            notice=f"N {HOSTILE}",
            room=f"R {HOSTILE}",
            language="de",
            series=series,
            venue=factories.venue(building=f"B {HOSTILE}", short_name=f"M {HOSTILE}"[:50]),
            date=datetime.date(2025, 3, 12),
            end_date=datetime.date(2025, 3, 13),
        )
        full.topics.add(Topic.objects.create(name=f"K {HOSTILE}", slug="k"))
        talk = factories.talk(factories.speaker(name=f"Bob {HOSTILE}"), series=series)
        if signed_in:
            client.force_login(factories.user(name=HOSTILE))
        path = talk.get_absolute_url() if address == "talk" else address
        body = client.get(path).content.decode()
    assert body.count("alert(") > 1
    for raw in ("<script>alert", "<img src=x", "</a></script>", '"&<img'):
        assert raw not in body
