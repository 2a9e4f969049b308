"""The old calendar's HTML: a plain list of links, for frames on other sites' pages."""

from collections.abc import Iterable, Iterator, Sequence

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from seminars import wording
from seminars.formats import description
from seminars.formats.base import Format
from seminars.listings.listing import Listing
from seminars.models import Talk
from seminars.planitpurple import event
from seminars.rendering.html import void_element
from seminars.text.plain import plain


def chunks(listing: Listing, talks: Iterable[Talk]) -> Iterator[bytes]:
    """Yield the document, one talk at a time; links open outside of the frame."""
    yield format_html(
        '<!doctype html>\n<html lang="{}">\n<head>\n<meta charset="utf-8">\n<title>{}</title>\n'
        '<meta name="color-scheme" content="light dark">\n<base target="_top">\n'
        "</head>\n<body>\n",
        settings.LANGUAGE_CODE,
        plain(listing.title),
    ).encode()
    is_empty = True
    for talk in talks:
        yield f"{'<ul>' if is_empty else ''}\n{_item(talk)}".encode()
        is_empty = False
    end = format_html("<p>{}</p>", _("No talks to show.")) if is_empty else "\n</ul>"
    yield f"{end}\n</body>\n</html>\n".encode()


def render(listing: Listing, talks: Sequence[Talk]) -> bytes:
    return b"".join(chunks(listing, talks))


def _item(talk: Talk) -> SafeString:
    link = format_html('<a href="{}">{}</a>', description.page_url(talk), event.title(talk))
    state = _("Canceled") if talk.status == Talk.Status.CANCELLED else ""
    facts = [state, *map(plain, (wording.speaker_line(talk), wording.when_line(talk)))]
    facts.append(plain(wording.short_place(talk)))
    lines = format_html_join(void_element("br", {}), "{}", ((fact,) for fact in facts if fact))
    return format_html("<li>{}<br>\n{}</li>", link, lines)


FORMAT = Format(
    suffix="html",
    media_type="text/html; charset=utf-8",
    label="HTML",
    render=render,
    chunks=chunks,
)
