"""What templates say of talks: thin names for the functions of wording/ and its neighbors."""

import datetime
import re
from typing import Any
from urllib.parse import urlencode, urlsplit

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from seminars import cards, wording
from seminars.formats import FORMATS, calendar_links
from seminars.listings.filters import When
from seminars.listings.listing import Listing
from seminars.listings.rows import Row
from seminars.models import Series, Talk, Topic
from seminars.months import Month
from seminars.querysets import SPEAKER
from seminars.rendering import json_ld, parts
from seminars.rendering.html import element, html_attributes, sanitized
from seminars.text.plain import direction

register = template.Library()

for words in (
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
    wording.row_hours,
    wording.site_time,
    wording.site_date_time,
    wording.iso_start,
    wording.iso_starts,
    wording.length_line,
    wording.names,
    wording.previous_start,
    wording.opening_line,
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
):
    register.filter(words.__name__, words)

register.simple_tag(wording.site_zone)
for piece in (
    parts.add_to_group,
    parts.saved_state,
    parts.series_link,
    parts.sign_in_url,
    parts.state_tags,
):
    register.simple_tag(piece)


@register.simple_tag
def language(talk: Talk, text: str | None = None) -> SafeString:
    """Return the attributes for the language and direction of a talk's text, or of its title."""
    return html_attributes(parts.language_attributes(talk, text))


@register.filter
def moment(at: datetime.datetime) -> str:
    """Day and hour by the site's clocks, as everywhere on it."""
    return wording.moment_line(at, settings.TIME_ZONE)


@register.filter
def prose(html: str) -> SafeString:
    """Return the stored HTML of a text as safe: it was sanitized when it was saved."""
    return sanitized(html)


@register.filter
def is_on(talk: Talk | Row, now: datetime.datetime) -> bool:
    """Whether the talk takes place at this moment, as far as its hours are known."""
    return bool(
        talk.start_time
        and talk.starts_at
        and talk.over_at
        and talk.starts_at <= now < talk.over_at
        and talk.status == Talk.Status.ANNOUNCED
    )


@register.filter
def is_over(talk: Talk | Row, now: datetime.datetime) -> bool:
    return talk.over_at is not None and talk.over_at <= now


@register.filter
def of_kind(topics: list[Topic], kind: str) -> list[Topic]:
    return [topic for topic in topics if topic.kind == kind]


@register.filter
def host(address: str) -> str:
    """The name of the server that a web address leads to, so that a link says where it goes."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


@register.filter
def kind(media_type: str) -> str:
    """A media type without its parameters, by which programs look for feeds in a page's head."""
    return media_type.partition(";")[0]


@register.filter
def telephone(number: str) -> str:
    """A telephone number as a `tel:` address takes it (RFC 3966, section 3)."""
    return re.sub(r"[^\d+]", "", number)


@register.filter
def series_calendar(series: Series) -> str:
    """The address at which a calendar program subscribes to the series."""
    return calendar_links.webcal(settings.SITE_URL + reverse("series.ics", args=[series.slug]))


@register.simple_tag
def site_card() -> str:
    """The whole address of the picture that stands for every page but talks'."""
    address = reverse("site-card", args=[cards.of_site().version])
    return f"{settings.SITE_URL}{address}"


@register.simple_tag
def site_json_ld() -> str:
    """What search engines are told of the site itself."""
    return json_ld.script(json_ld.site())


@register.simple_tag
def page_url(listing: Listing, page: int) -> str:
    """The address of another page of the listing, with its filters."""
    return listing.address(page)


@register.simple_tag
def month_url(listing: Listing, month: Month) -> str:
    """The address of a month of the calendar, with the listing's filters."""
    return listing.month_address(month)


@register.simple_tag
def day_url(listing: Listing, day: datetime.date) -> str:
    """The address of the list of a day's talks, with the listing's filters."""
    return listing.day_address(day)


@register.simple_tag
def archive_url(listing: Listing) -> str:
    """The address of the past talks of what the page is about, by year and with filters."""
    if listing.scope is None:
        return ""
    query = {listing.scope.link.name: listing.scope.value, "when": "past"}
    return f"{reverse('talks')}?{urlencode(query)}"


@register.filter
def speaker_name(listing: Listing | str) -> str:
    """The speaker whom the listing's filters name; empty without one."""
    if not isinstance(listing, Listing):
        return ""
    return next((scope.names[0] for scope in listing.narrowed if scope.link is SPEAKER), "")


@register.simple_tag
def listing_heading(listing: Listing | None) -> str:
    """What the page of a listing is called, also of one whose filters could not be read."""
    if not isinstance(listing, Listing):
        return _("Talks")
    names = [name for scope in listing.narrowed for name in scope.names]
    said = " · ".join([*names, *listing.filters.phrases()])
    if names:
        return said
    if listing.filters.words and not any(listing.filters.time_phrases()):
        return _("Search: %(said)s") % {"said": said}
    return " · ".join(filter(None, [_time_heading(listing), said]))


def _time_heading(listing: Listing) -> str:
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


@register.inclusion_tag("components/subscribe.html")
def subscribe(listing: Listing) -> dict[str, Any]:
    """The menu of ways to subscribe to a listing: what each format offers, in their order."""
    name = f"{settings.SITE_NAME}: {listing.title}"
    every = feeds(listing)
    return {
        "embed_code": embed_code(listing),
        "copied": [(form, address) for form, address in every if form.copied],
        "offers": [
            (offer.label, offer.link(address, name))
            for form, address in every
            for offer in form.offers
        ],
    }


@register.simple_tag
def feeds(listing: Listing) -> list[tuple[Any, str]]:
    """Every format of a listing with its address, if it has feeds."""
    if not listing.has_feeds:
        return []
    return [(form, listing.feed_url(suffix)) for suffix, form in FORMATS.items()]


def embed_code(listing: Listing) -> str:
    """The elements that draw a public listing into another site's page; empty for any other."""
    if not listing.has_feeds or listing.feed_path.startswith("/feeds/"):
        return ""
    script = {"type": "module", "src": settings.SITE_URL + reverse("embed-script")}
    link = element("a", {"href": listing.page_url()}, listing.title)
    return element("script", script) + element(
        "seminars-listing", {"src": listing.feed_url("json")}, link
    )


@register.simple_tag
def oembed_url(address: str) -> str:
    """Where the frame for the page at this address is described (oEmbed 1.0, discovery)."""
    query = urlencode({"url": address, "format": "json"})
    return f"{settings.SITE_URL}{reverse('oembed')}?{query}"
