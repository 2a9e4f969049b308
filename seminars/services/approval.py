"""Which talks need an administrator's approval before they are announced."""

from django.utils.translation import gettext as _

from accounts.models import User
from seminars.models import Talk
from seminars.querysets import administers
from seminars.services.errors import RefusedError


def needs_approval(talk: Talk) -> bool:
    """Whether the talk's series, or a joint series, requires approval."""
    if talk.series is not None and talk.series.needs_approval:
        return True
    return talk.co_series.filter(needs_approval=True).exists()


def refuse_unapproved(talk: Talk, by: User | None) -> None:
    """Raise RefusedError if this person may not announce the talk; None is the system."""
    if by is None or administers(by) or not needs_approval(talk):
        return
    if talk.status == Talk.Status.SUBMITTED:
        raise RefusedError(_("This talk is waiting for an administrator’s approval."))
    raise RefusedError(_("Talks in this series need approval: submit it instead."))
