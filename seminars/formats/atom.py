"""Atom (RFC 4287), for feed readers."""

from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy

from seminars import clock, wording
from seminars.formats import description
from seminars.formats.base import Format, Offer, instant, is_personal, modified_at
from seminars.formats.labels import labels_of
from seminars.listings.listing import Listing
from seminars.models import Talk
from seminars.models.named import by_name
from seminars.text.plain import xml_text
from seminars.wording.join_link import join_link

_MEDIA_TYPE = "application/atom+xml"
_NAMESPACE = "http://www.w3.org/2005/Atom"


def render(listing: Listing, talks: Sequence[Talk]) -> bytes:
    """Return the feed; without a title of its own it has the site's name."""
    feed = Element("feed", {"xmlns": _NAMESPACE, "xml:lang": settings.LANGUAGE_CODE})
    # The URL may contain a key, and ids are copied along with entries, so the id is a hash of it.
    _text(feed, "id", uuid5(NAMESPACE_URL, listing.feed_url("atom")).urn)
    _text(feed, "title", listing.title or settings.SITE_NAME)
    # A feed must have an update time (section 4.1.1), even if it has no entries: it has had none
    # at least since the day began.
    today = clock.midnight(timezone.localdate(listing.now), settings.TIME_ZONE)
    updated = max((modified_at(listing, talk) for talk in talks), default=today)
    _text(feed, "updated", instant(updated))
    if not is_personal(listing):
        _link(feed, "self", listing.feed_url("atom"), _MEDIA_TYPE)
    _link(feed, "alternate", listing.page_url(), "text/html")
    _text(SubElement(feed, "author"), "name", settings.SITE_NAME)
    for talk in talks:
        _entry(SubElement(feed, "entry"), listing, talk)
    written: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _entry(entry: Element, listing: Listing, talk: Talk) -> None:
    _text(entry, "id", talk.uid.urn)
    _text(entry, "title", wording.headline(talk))
    _text(entry, "updated", instant(modified_at(listing, talk)))
    _text(entry, "published", instant(talk.published_at or talk.created_at))
    for one in wording.speakers(talk):
        author = SubElement(entry, "author")
        _text(author, "name", one.speaker.name)
        if one.speaker.homepage:
            _text(author, "uri", one.speaker.homepage)
    for topic in by_name(talk.topics.all()):
        SubElement(entry, "category", {"term": topic.slug, "label": xml_text(topic.name)})
    _link(entry, "alternate", description.page_url(talk), "text/html")
    _text(entry, "summary", wording.summary(talk))
    meeting = join_link(talk, signed_in=listing.viewer.is_authenticated, now=listing.now)
    content = _text(entry, "content", description.for_reader(talk, labels_of(talk), meeting).html())
    content.set("type", "html")


def _text(parent: Element, name: str, value: str) -> Element:
    element = SubElement(parent, name)
    element.text = xml_text(value)
    return element


def _link(parent: Element, rel: str, address: str, media_type: str) -> None:
    SubElement(parent, "link", {"rel": rel, "type": media_type, "href": xml_text(address)})


FORMAT = Format(
    suffix="atom",
    media_type=f"{_MEDIA_TYPE}; charset=utf-8",
    label="Atom",
    render=render,
    offers=(Offer(label=gettext_lazy("RSS feed")),),
)
