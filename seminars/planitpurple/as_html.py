"""The old calendar's HTML: a plain list of links, for a frame in another site's page."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from django.conf import settings
from django.utils.translation import gettext as _

from seminars import wording
from seminars.formats import description
from seminars.formats.base import Format
from seminars.listings.listing import Listing
from seminars.models import Talk
from seminars.planitpurple import event
from seminars.text.plain import plain


def chunks(listing: Listing, talks: Iterable[Talk]) -> Iterator[bytes]:
    """The document, one talk after the other; links lead out of the frame."""
    yield (
        f'<!doctype html>\n<html lang="{settings.LANGUAGE_CODE}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(plain(listing.title))}</title>\n"
        '<meta name="color-scheme" content="light dark">\n<base target="_top">\n'
        "</head>\n<body>\n"
    ).encode()
    is_empty = True
    for talk in talks:
        yield f"{'<ul>' if is_empty else ''}\n{_item(talk)}".encode()
        is_empty = False
    end = f"<p>{escape(_('No talks to show.'))}</p>" if is_empty else "\n</ul>"
    yield f"{end}\n</body>\n</html>\n".encode()


def render(listing: Listing, talks: Sequence[Talk]) -> bytes:
    return b"".join(chunks(listing, talks))


def _item(talk: Talk) -> str:
    link = f'<a href="{escape(description.page_url(talk))}">{escape(event.title(talk))}</a>'
    state = _("Canceled") if talk.status == Talk.Status.CANCELLED else ""
    facts = [state, *map(plain, (wording.speaker_line(talk), wording.when_line(talk)))]
    facts.append(plain(wording.short_place(talk)))
    return f"<li>{link}<br>\n{'<br>'.join(escape(one) for one in facts if one)}</li>"


FORMAT = Format(
    suffix="html",
    media_type="text/html; charset=utf-8",
    label="HTML",
    render=render,
    chunks=chunks,
)
