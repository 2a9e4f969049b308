"""What views share in finding the talk or page that an address names."""

from datetime import datetime

from django.http import Http404

from seminars.models import Talk, TalkQuerySet
from seminars.querysets import Viewer


class GoneError(Exception):
    """The talk was public and has been withdrawn."""


def talk_or_gone(talks: TalkQuerySet, pk: int, *, viewer: Viewer, now: datetime) -> Talk:
    """The talk with this id that the viewer may see.

    Raises GoneError for one that was withdrawn lately after it had been public, Http404 for any
    other that the viewer may not see, whether it is there or not.
    """
    found = talks.visible_to(viewer).filter(pk=pk).first()
    if found is not None:
        return found
    if Talk.objects.recently_withdrawn(now).filter(pk=pk).exists():
        raise GoneError
    raise Http404
