"""Small pieces of pages that many others hold, as safe HTML.

Written without templates, for a list of fifty talks has hundreds of them, and a template spends on
each what a whole row may take. `html.escape` is what stands between a text and the page.
"""

from functools import lru_cache
from html import escape
from urllib.parse import urlencode

from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from seminars import wording
from seminars.models import Talk
from seminars.rendering import snippets
from seminars.search.query import Term
from seminars.text.plain import direction
from seminars.wording.facts import SeriesFacts, TalkFacts


def text_html(text: str, terms: tuple[Term, ...] = ()) -> str:
    """The text, with what was searched for marked in it, if anything was."""
    return snippets.marked(text, terms) if terms else escape(text)


def hidden(text: str) -> str:
    """What only screen readers say."""
    return f'<span class="visually-hidden">{escape(text)}</span>'


def language_attributes(talk: TalkFacts, text: str | None = None) -> SafeString:
    """The direction of a text of the talk, else of its title, and its language where that is not
    the site's (WCAG 3.1.2).
    """
    tag = wording.language_tag(talk)
    other = "" if tag in ("", settings.LANGUAGE_CODE) else f' lang="{escape(tag)}"'
    return SafeString(f' dir="{direction(talk.title if text is None else text)}"{other}')


def series_link(series: SeriesFacts, terms: tuple[Term, ...] = ()) -> SafeString:
    """The name of a series with its colour, leading to its page."""
    return SafeString(
        f'<a class="series" href="{escape(series.get_absolute_url())}">'
        f'<span class="mark series-{series.pk}" aria-hidden="true"></span>'
        f"<span>{text_html(series.name, terms)}</span></a>"
    )


def state_tags(talk: TalkFacts, is_on: bool) -> SafeString:
    """What is to be known of a talk first of all: that it is on now, cancelled, moved."""
    tags = [_tag("on", _("Happening now"))] if is_on else []
    match talk.status:
        case Talk.Status.CANCELLED:
            tags.append(_tag("stop", _("Canceled")))
        case Talk.Status.POSTPONED:
            tags.append(_tag("stop", _("Postponed")))
        case Talk.Status.TENTATIVE:
            tags.append(_tag("staff", _("Tentative — only organizers can see this")))
        case Talk.Status.DRAFT:
            tags.append(_tag("staff", _("Draft — only organizers can see this")))
        case Talk.Status.SUBMITTED:
            tags.append(_tag("staff", _("Submitted — only organizers can see this")))
        case _ if talk.previous_starts_at:
            tags.append(_tag("moved", _("Rescheduled")))
    return SafeString("\n".join(tags))


def _tag(kind: str, text: str) -> str:
    return f'<span class="tag tag-{kind}">{escape(text)}</span>'


def add_to_group(talk: TalkFacts, *, kept: bool, signed_in: bool, css: str) -> SafeString:
    """The control that keeps the talk; a visitor is led to sign in first.

    The menu of somebody's groups comes when it is opened, and is a page of its own without
    JavaScript.
    """
    address = escape(reverse("talk-add", args=[talk.pk]))
    title = hidden(f": {wording.title(talk)}")
    if not signed_in:
        said = _("Add to group") if css == "action" else _("Sign in to add to a group")
        return SafeString(
            f'<a class="{css}" href="{escape(sign_in_url(address))}">{escape(said)}{title}</a>'
        )
    failed = escape(_("Something went wrong. Reload the page and try again."))
    return SafeString(
        f'<details class="menu add" data-menu hx-get="{address}" hx-trigger="toggle once"'
        f' hx-target="find .menu-sheet"><summary class="{css}">'
        f'<span id="add-{talk.pk}-state">{added_state(kept)}</span>{title}</summary>'
        f'<div class="menu-sheet" data-failed="{failed}">'
        f'<p><a href="{address}">{escape(_("Choose groups"))}</a></p></div></details>'
    )


def added_state(kept: bool) -> SafeString:
    """Whether one of the reader's groups has the talk, as the control says it."""
    sign, said = ("✓", _("In my groups")) if kept else ("+", _("Add to group"))
    return SafeString(f'<span aria-hidden="true">{sign}</span> {escape(said)}')


def sign_in_url(then: str) -> str:
    """The sign-in page, which leads on to `then`."""
    return f"{_sign_in_page(settings.LOGIN_URL)}?{urlencode({'next': then}, safe='/')}"


@lru_cache(maxsize=4)
def _sign_in_page(name: str) -> str:
    return resolve_url(name)
