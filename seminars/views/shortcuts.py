"""Finding the talk at an address, for several views."""

from datetime import datetime

from django.http import Http404

from seminars.models import Talk, TalkQuerySet
from seminars.querysets import Viewer


class GoneError(Exception):
    """The talk was public and has been withdrawn."""


def talk_or_gone(talks: TalkQuerySet, pk: int, *, viewer: Viewer, now: datetime) -> Talk:
    """Return the talk with this id if the viewer may see it.

    Raises GoneError if it was public and has been withdrawn recently, otherwise Http404, whether
    or not the talk exists.
    """
    talk = talks.visible_to(viewer).filter(pk=pk).first()
    if talk is not None:
        return talk
    if Talk.objects.recently_withdrawn(now).filter(pk=pk).exists():
        raise GoneError
    raise Http404
