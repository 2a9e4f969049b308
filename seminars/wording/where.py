"""Phrases for where a talk takes place."""

from django.utils.translation import gettext as _

from seminars.models import Talk, Venue
from seminars.wording.facts import TalkFacts


def room(talk: TalkFacts) -> str:
    """Return the talk's own room, or its venue's."""
    return talk.room or (talk.venue.room if talk.venue else "")


def short_place(talk: TalkFacts) -> str:
    """Return building and room for a list: “Mudd 3514”, “Online” or “Location to be announced”."""
    if talk.venue and not talk.is_online_only:
        return " ".join(filter(None, [talk.venue.short_name or talk.venue.building, room(talk)]))
    if talk.is_online_only:
        return _("Online")
    return talk.room or _("Location to be announced")


def address(venue: Venue) -> str:
    """Return street and city on one line: “2233 Tech Drive, Evanston, IL 60208”."""
    return ", ".join(filter(None, [venue.street, venue.locality]))


def place_line(talk: Talk) -> str:
    """Return building, room and address: “Mudd Hall, 3514, 2233 Tech Drive, Evanston, IL 60208”.

    “Online” for a talk that is online only; empty if nothing is known.
    """
    if talk.is_online_only:
        return _("Online")
    if talk.venue is None:
        return talk.room
    return ", ".join(filter(None, [talk.venue.building, room(talk), address(talk.venue)]))
