"""Small parts of pages that recur in many others, as safe HTML.

They are built without templates: a list of fifty talks has hundreds of them.
"""

from functools import lru_cache
from urllib.parse import urlencode

from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from seminars import wording
from seminars.models import Talk
from seminars.rendering.html import element, join
from seminars.rendering.snippets import marked
from seminars.search.query import Term
from seminars.text.plain import direction
from seminars.wording.facts import SeriesFacts, TalkFacts


def visually_hidden(text: str) -> SafeString:
    """Return text that only screen readers read."""
    return element("span", {"class": "visually-hidden"}, text)


def language_attributes(talk: TalkFacts, text: str | None = None) -> dict[str, str]:
    """Return the direction of one of the talk's texts, or of its title, and its language if that
    is not the site's (WCAG 3.1.2).
    """
    attributes = {"dir": direction(talk.title if text is None else text)}
    tag = wording.language_tag(talk)
    return attributes if tag in ("", settings.LANGUAGE_CODE) else attributes | {"lang": tag}


def series_link(series: SeriesFacts, terms: tuple[Term, ...] = ()) -> SafeString:
    """Return the name of a series with its color, linked to its page."""
    return element(
        "a",
        {"class": "series", "href": series.get_absolute_url()},
        color_mark(series.pk),
        element("span", {}, marked(series.name, terms)),
    )


def color_mark(series_id: int | None) -> SafeString:
    """Return a mark in the color of a series."""
    return element("span", {"class": f"mark series-{series_id}", "aria-hidden": "true"})


def state_tags(talk: TalkFacts, is_on: bool) -> SafeString:
    """Return tags that say whether a talk is on now, canceled, moved or not public."""
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
    return join(tags, "\n")


def _tag(kind: str, text: str) -> SafeString:
    return element("span", {"class": f"tag tag-{kind}"}, text)


def add_to_group(talk: TalkFacts, *, saved: bool, signed_in: bool, css: str) -> SafeString:
    """Return the control that adds the talk to a group; it asks visitors to sign in first.

    The menu of the reader's groups is loaded when it is opened; without JavaScript it is a page of
    its own.
    """
    address = reverse("talk-add", args=[talk.pk])
    title = visually_hidden(f": {wording.title(talk)}")
    if not signed_in:
        label = _("Add to group") if css == "action" else _("Sign in to add to a group")
        return element("a", {"class": css, "href": sign_in_url(address)}, label, title)
    state = element("span", {"id": f"add-{talk.pk}-state"}, saved_state(saved))
    failed = _("Something went wrong. Reload the page and try again.")
    return element(
        "details",
        {
            "class": "menu add",
            "data-menu": True,
            "hx-get": address,
            "hx-trigger": "toggle once",
            "hx-target": "find .menu-sheet",
        },
        element("summary", {"class": css}, state, title),
        element(
            "div",
            {"class": "menu-sheet", "data-failed": failed},
            element("p", {}, element("a", {"href": address}, _("Choose groups"))),
        ),
    )


def saved_state(saved: bool) -> SafeString:
    """Return the control's label: whether one of the reader's groups has the talk."""
    sign, label = ("✓", _("In my groups")) if saved else ("+", _("Add to group"))
    return join([element("span", {"aria-hidden": "true"}, sign), " ", label])


def sign_in_url(then: str) -> str:
    """Return the address of the sign-in page, which leads on to `then`."""
    return f"{_sign_in_page(settings.LOGIN_URL)}?{urlencode({'next': then}, safe='/')}"


@lru_cache(maxsize=4)
def _sign_in_page(name: str) -> str:
    return resolve_url(name)
