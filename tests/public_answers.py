"""Search for a text in everything that visitors can request."""

from collections.abc import Iterator
from dataclasses import replace

from django.test import Client

from seminars.listings import sitemaps
from seminars.models import Speaker, Talk
from tests.routes import World


def answers_with(text: str, known: World, talk: Talk) -> set[str]:
    """Return the addresses whose answers to a visitor contain the text, in lower case.

    Every route is requested with the keys of the known talk and with those of this one.
    """
    client = Client()
    found = set()
    for address in _addresses(known, talk):
        answer = client.get(address)
        body = b"".join(answer) if answer.streaming else answer.content
        # An error page may repeat the path that was requested.
        page = body.decode(errors="replace").replace(talk.get_absolute_url(), "")
        if text in f"{page} {answer.get('Location', '')}".lower():
            found.add(address)
    return found


def _addresses(known: World, talk: Talk) -> Iterator[str]:
    for one in (known, replace(known, talk=talk)):
        yield from one.addresses()
    yield from (f"/sitemap-{kind}-{part}.xml" for kind, part in sitemaps.parts())
    for person in Speaker.objects.all():
        yield person.get_absolute_url()
        yield f"/speakers/{person.pk}.ics"
    for query in (
        "when=all&q=zyzzyvo",
        "when=all&q=zyzz",
        "when=all&q=rit",
        "when=all",
        "recording=yes",
    ):
        yield f"/talks/?{query}"
        yield f"/talks.json?{query}"
        yield f"/embed/talks/?{query}"
