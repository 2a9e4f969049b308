"""A talk's place in words."""

from django.utils.translation import gettext as _

from seminars.models import Talk, Venue
from seminars.wording.facts import TalkFacts


def room(talk: TalkFacts) -> str:
    """The talk's own room, else its venue's."""
    return talk.room or (talk.venue.room if talk.venue else "")


def short_place(talk: TalkFacts) -> str:
    """Building and room for a list: “Mudd 3514”; “Online”; that it is to be announced."""
    if talk.venue and not talk.is_online_only:
        return " ".join(filter(None, [talk.venue.short_name or talk.venue.building, room(talk)]))
    if talk.is_online_only:
        return _("Online")
    return talk.room or _("Place to be announced")


def address(venue: Venue) -> str:
    """Street and town on one line: “2233 Tech Drive, Evanston, IL 60208”."""
    return ", ".join(filter(None, [venue.street, venue.locality]))


def place_line(talk: Talk) -> str:
    """The whole place on one line: “Mudd Hall, 3514, 2233 Tech Drive, Evanston, IL 60208”.

    “Online” for a talk that has no other place; empty where nothing is known.
    """
    if talk.is_online_only:
        return _("Online")
    if talk.venue is None:
        return talk.room
    return ", ".join(filter(None, [talk.venue.building, room(talk), address(talk.venue)]))
