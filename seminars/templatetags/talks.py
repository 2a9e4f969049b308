"""Filters and tags about talks, most of them functions of `wording` and `rendering`."""

import datetime
import re
from typing import Any
from urllib.parse import urlencode, urlsplit

from django import template
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from seminars import cards, wording
from seminars.cache.store import Store
from seminars.formats import FORMATS, calendar_links
from seminars.formats.calendar_size import MANY_TALKS
from seminars.listings.filters import When
from seminars.listings.listing import Listing
from seminars.listings.rows import Row
from seminars.models import Series, Talk, Topic
from seminars.months import Month
from seminars.querysets import SPEAKER
from seminars.rendering import json_ld, parts
from seminars.rendering.html import element, html_attributes, sanitized
from seminars.text.plain import direction
from seminars.wording.join_link import ended_line

register = template.Library()

for function in (
    wording.title,
    wording.speakers,
    wording.hosts,
    wording.speaker_names,
    wording.speaker_line,
    wording.headline,
    wording.with_status,
    wording.day,
    wording.short_day,
    wording.month,
    wording.time_line,
    wording.when_line,
    wording.site_day,
    wording.last_site_day,
    wording.zone_place,
    wording.site_when,
    wording.own_when,
    wording.iso_start,
    wording.iso_starts,
    wording.length_line,
    wording.names,
    wording.previous_start,
    wording.opening_line,
    ended_line,
    wording.description,
    wording.room,
    wording.short_place,
    wording.place_line,
    wording.address,
    direction,
    wording.usual_time,
    wording.initial,
    calendar_links.webcal,
    calendar_links.google_event,
    calendar_links.outlook_event,
    calendar_links.outlook_work_event,
):
    register.filter(function.__name__, function)

register.simple_tag(wording.site_zone)
for part in (
    parts.add_to_group,
    parts.saved_state,
    parts.series_link,
    parts.sign_in_url,
    parts.state_tags,
):
    register.simple_tag(part)


@register.simple_tag
def language(talk: Talk, text: str | None = None) -> SafeString:
    """Return the attributes for the language and direction of a talk's text, or of its title."""
    return html_attributes(parts.language_attributes(talk, text))


@register.filter
def moment(at: datetime.datetime) -> str:
    """Return an instant's date and time in the site's time zone."""
    return wording.moment_line(at, settings.TIME_ZONE)


@register.filter
def prose(html: str) -> SafeString:
    """Return the stored HTML of a text as safe: it was sanitized when it was saved."""
    return sanitized(html)


@register.filter
def is_on(talk: Talk | Row, now: datetime.datetime) -> bool:
    """Whether the talk is taking place now, as far as its times are known."""
    return bool(
        talk.start_time
        and talk.starts_at
        and talk.over_at
        and talk.starts_at <= now < talk.over_at
        and talk.status == Talk.Status.ANNOUNCED
    )


@register.filter
def is_over(talk: Talk | Row, now: datetime.datetime) -> bool:
    """Whether the talk has ended."""
    return talk.over_at is not None and talk.over_at <= now


@register.filter
def of_kind(topics: list[Topic], kind: str) -> list[Topic]:
    """Return the topics of this kind."""
    return [topic for topic in topics if topic.kind == kind]


@register.filter
def host(address: str) -> str:
    """Return the host name of a web address, as the text of a link."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


@register.filter
def bare_media_type(media_type: str) -> str:
    """Return a media type without its parameters, by which programs look for feeds."""
    return media_type.partition(";")[0]


@register.filter
def phone_digits(number: str) -> str:
    """Return a phone number as it stands in a `tel:` address (RFC 3966, section 3)."""
    return re.sub(r"[^\d+]", "", number)


@register.filter
def series_calendar(series: Series) -> str:
    """Return the address at which calendar programs subscribe to the series."""
    return calendar_links.webcal(settings.SITE_URL + reverse("series.ics", args=[series.slug]))


@register.simple_tag
def site_card() -> str:
    """Return the address of the picture for every page that is not a talk's."""
    address = reverse("site-card", args=[cards.of_site().version])
    return f"{settings.SITE_URL}{address}"


@register.simple_tag
def site_json_ld() -> str:
    """Return the JSON-LD that describes the site."""
    return json_ld.script(json_ld.site())


@register.simple_tag
def page_url(listing: Listing, page: int) -> str:
    """Return the address of another page of the listing."""
    return listing.address(page)


@register.simple_tag
def month_url(listing: Listing, month: Month) -> str:
    """Return the address of a month of the calendar with the listing's filters."""
    return listing.month_address(month)


@register.simple_tag
def day_url(listing: Listing, day: datetime.date) -> str:
    """Return the address of a day's list of talks with the listing's filters."""
    return listing.day_address(day)


@register.simple_tag
def archive_url(listing: Listing) -> str:
    """Return the address of a search of the past talks of the page's subject."""
    if listing.scope is None:
        return ""
    query = {listing.scope.link.name: listing.scope.value, "when": "past"}
    return f"{reverse('talks')}?{urlencode(query)}"


@register.filter
def speaker_name(listing: Listing | str) -> str:
    """Return the name of the speaker in the listing's filters, else ""."""
    if not isinstance(listing, Listing):
        return ""
    return next((scope.names[0] for scope in listing.narrowed if scope.link is SPEAKER), "")


@register.simple_tag
def listing_heading(listing: Listing | None) -> str:
    """Return the heading of a listing's page, and of one whose filters are invalid."""
    if not isinstance(listing, Listing):
        return _("Talks")
    names = [name for scope in listing.narrowed for name in scope.names]
    phrases = " · ".join([*names, *listing.filters.phrases()])
    if names:
        return phrases
    if listing.filters.words and not any(listing.filters.time_phrases()):
        return _("Search: %(filters)s") % {"filters": phrases}
    return " · ".join(filter(None, [_time_heading(listing), phrases]))


def _time_heading(listing: Listing) -> str:
    """Return a heading that names the period of the talks."""
    filters = listing.filters
    if filters.starting and filters.starting == filters.ending:
        return _("Talks on %(day)s") % {"day": wording.day(filters.starting)}
    if filters.year and listing.when is When.PAST:
        return _("Past talks in %(year)d") % {"year": filters.year}
    if filters.year and listing.when is When.ALL:
        return _("Talks in %(year)d") % {"year": filters.year}
    if listing.when is When.PAST:
        return _("Past talks")
    return _("Upcoming talks") if listing.when is When.UPCOMING else _("Talks")


_many_talks: Store[bool] = Store(256 * 1024)


@register.simple_tag
def has_many_talks(listing: Listing) -> bool:
    """Whether the listing's calendar may have short entries; one query after each change."""
    if not listing.has_feeds:
        return False
    if connection.in_atomic_block:
        # A transaction sees changes that no state tells of.
        return listing.has_more_than(MANY_TALKS)
    key = (listing.state, listing.feed_url("ics"), MANY_TALKS)
    many = _many_talks.get(key)
    if many is None:
        many = listing.has_more_than(MANY_TALKS)
        _many_talks.put(key, many, size=len(key[1]))
    return many


@register.inclusion_tag("components/subscribe.html")
def subscribe(listing: Listing, *, is_long: bool = False) -> dict[str, Any]:
    """Return the context of the menu with the ways to subscribe to a listing.

    `is_long`: whether it `has_many_talks`, which cached parts of pages depend on.
    """
    name = f"{settings.SITE_NAME}: {listing.title}"
    formats = feeds(listing)
    return {
        "is_long": is_long,
        "embed_code": embed_code(listing),
        "copied": [(form, address) for form, address in formats if form.copied],
        "offers": [
            (offer.label, offer.link(address, name))
            for form, address in formats
            for offer in form.offers
        ],
    }


@register.simple_tag
def feeds(listing: Listing) -> list[tuple[Any, str]]:
    """Return each format of the listing with its address, if the listing has feeds."""
    if not listing.has_feeds:
        return []
    return [(form, listing.feed_url(suffix)) for suffix, form in FORMATS.items()]


def embed_code(listing: Listing) -> str:
    """Return the HTML that embeds a public listing in another site's page; else ""."""
    if not listing.has_feeds or listing.feed_path.startswith("/feeds/"):
        return ""
    script = {"type": "module", "src": settings.SITE_URL + reverse("embed-script")}
    link = element("a", {"href": listing.page_url()}, listing.title)
    return element("script", script) + element(
        "seminars-listing", {"src": listing.feed_url("json")}, link
    )


@register.simple_tag
def oembed_url(address: str) -> str:
    """Return the address that describes the frame for a page (oEmbed 1.0, discovery)."""
    query = urlencode({"url": address, "format": "json"})
    return f"{settings.SITE_URL}{reverse('oembed')}?{query}"
