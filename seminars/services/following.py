"""What groups follow, and the single talks that they take in again."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Group, GroupEvent, User
from accounts.rights import Right
from accounts.services.events import record
from seminars.listings import conditions
from seminars.listings.dimensions import flags
from seminars.listings.filters import BadFilterError, Filters
from seminars.listings.scopes import named_by
from seminars.listings.subjects import PageSubject, kind_of, speakers_visible_to
from seminars.models import Follow, LeftOut, Speaker, Talk
from seminars.models.follow import LONGEST_FILTERS, LONGEST_TITLE
from seminars.querysets import GROUP, Viewer
from seminars.services import departures
from seminars.services.errors import RefusedError

#: What can be followed; of groups those that the person may see.
Target = PageSubject | Group | Filters

#: How many rules a group may have, and how many of them may be filters, each of which makes the
#: query for its talks longer.
MOST, MOST_FILTERS = 200, 20


@transaction.atomic
def follow(*, group: Group, target: Target, by: User, now: datetime) -> Follow:
    """From now on the group takes in all talks of the target.

    Raises RefusedError for somebody who may not steer the group, for what it follows already or
    may not follow, and for one rule too many.
    """
    _alone()
    _steered(by, group)
    rule = _rule(group, target, by)
    _room(rule)
    with _noting(group, now):
        rule.save()
    _record(rule, GroupEvent.Kind.FOLLOWED, by)
    return rule


@transaction.atomic
def unfollow(*, group: Group, rule: int, by: User, now: datetime) -> Follow | None:
    """Ends the rule with this id, and with it what the group has through nothing else.

    Gives what it was, or None where it is gone already. Raises RefusedError for somebody who may
    not steer the group.
    """
    _steered(by, group)
    found = Follow.objects.known_to(by).filter(group=group, pk=rule).first()
    if found is not None:
        with _noting(group, now):
            group.follows.filter(pk=rule).delete()
        _record(found, GroupEvent.Kind.UNFOLLOWED, by)
    return found


@transaction.atomic
def take_in_again(*, group: Group, talk: Talk, by: User, now: datetime) -> bool:
    """Leaves the talk out no more; False where it was not left out.

    Raises RefusedError for somebody who may not change the group's talks.
    """
    if not Group.objects.contributed_by(by).filter(pk=group.pk).exists():
        raise RefusedError(_("Only managers and contributors of the group may do this."))
    gone, _each = LeftOut.objects.filter(group=group, talk=talk).delete()
    if gone:
        departures.record_returns(talks=[talk.pk], places=[place(group)], now=now)
    return gone > 0


@transaction.atomic
def tell_followers(*, group: Group, is_shown: bool, now: datetime) -> None:
    """Tells the calendars of the groups that follow this one that its talks have left them, for it
    has turned private or is about to be deleted; or, if it `is_shown` again, that they are back.
    """
    places = [(GROUP.name, str(key)) for key in _related(group.pk, "followed", "group")]
    talks = _fed(group, now) if places else set()
    if is_shown:
        departures.record_returns(talks=talks, places=places, now=now)
    else:
        # Where they stand by another rule, nothing is told.
        departures.record_departures(talks=talks, places=places, now=now)


def stands(*, group: Group, talk: Talk, viewer: Viewer) -> bool:
    """Whether the group shows the talk to those who may see the talk, however it came."""
    return bool(standing(group=group, talks=[talk.pk], viewer=viewer))


def standing(*, group: Group, talks: Iterable[int], viewer: Viewer) -> set[int]:
    """Which of these talks the group shows, as `stands` says of one."""
    found = conditions.of_groups([group.pk], viewer).now
    return set(Talk._base_manager.filter(found, pk__in=talks).values_list("pk", flat=True))


def name_of(target: Target) -> str:
    """What is followed, as its rule would call it; raises RefusedError for filters that may not."""
    return _saved(target)[1] if isinstance(target, Filters) else str(target)


def place(group: Group) -> departures.Place:
    """What departures call the group."""
    return GROUP.name, str(group.pk)


def _steered(by: User, group: Group) -> None:
    if not Group.objects.granting(Right.FOLLOW, by).filter(pk=group.pk).exists():
        raise RefusedError(_("Only a manager of the group may do this."))


def _rule(group: Group, target: Target, by: User) -> Follow:
    """The new rule, not saved yet."""
    rule = Follow(group=group, by=by)
    if isinstance(target, Filters):
        rule.filters, rule.title = _saved(target)
    elif isinstance(target, Group):
        rule.followed = _followable(group, target, by)
    elif isinstance(target, Speaker):
        # What a rule names is seen by all managers, who may not know of an organiser's drafts.
        if not speakers_visible_to(AnonymousUser()).filter(pk=target.pk).exists():
            raise RefusedError(_("There is no such speaker."))
        rule.speaker = target
    else:
        setattr(rule, kind_of(target).name, target)
    return rule


def _followable(group: Group, target: Group, by: User) -> Group:
    """The group that is to be followed, if that may be."""
    found = Group.objects.visible_to(by).filter(pk=target.pk).first()
    if found is None:
        raise RefusedError(_("There is no such group."))
    names = {"group": group.name, "other": found.name}
    if found == group:
        raise RefusedError(_("A group can’t follow itself."))
    if found.is_private and not group.is_private:
        raise RefusedError(
            _(
                "“%(other)s” is private and “%(group)s” isn’t, so it can’t be followed: people"
                " who aren’t its members would see its talks."
            )
            % names
        )
    # Also through groups that nobody here may see.
    if group.pk in _related(found.pk, "group", "followed"):
        raise RefusedError(
            _(
                "“%(other)s” already follows “%(group)s”, directly or through other groups. Two"
                " groups can’t follow each other."
            )
            % names
        )
    return found


def _related(start: int, side: str, other: str) -> set[int]:
    """The groups that the rules lead to from `side` to `other`, however far."""
    seen, waiting = set[int](), {start}
    while waiting:
        rules = Follow.objects.filter(**{f"{side}__in": waiting}, followed__isnull=False)
        waiting = set(rules.values_list(other, flat=True)) - seen
        seen |= waiting
    return seen


def _saved(filters: Filters) -> tuple[str, str]:
    """The filters as they are kept, and what they are called; when is up to the group's readers."""
    if filters.group:
        raise RefusedError(
            _("A search filtered by group can’t be followed. Follow the group itself.")
        )
    filters = replace(filters, when=None, page=1)
    query = filters.query()
    if not query:
        raise RefusedError(_("This search matches all talks. Choose at least one filter first."))
    if len(query) > LONGEST_FILTERS:
        raise RefusedError(_("This search has too many filters."))
    try:
        named = [name for scope in named_by(filters, AnonymousUser()) for name in scope.names]
    except BadFilterError as wrong:
        raise RefusedError(wrong.sentence) from wrong
    words = [f"“{filters.words}”"] if filters.words else []
    return query, " · ".join([*words, *named, *_narrowings(filters)])[:LONGEST_TITLE]


def _narrowings(filters: Filters) -> Iterator[str]:
    """What the filters ask besides words and what they name, in words."""
    for kind in filters.attendance:
        yield str(Talk.Attendance(kind).label)
    yield from (str(flag.phrase).lower() for flag in flags() if filters.value(flag))
    if filters.year:
        yield str(filters.year)
    if filters.starting:
        yield _("from %(day)s") % {"day": date_format(filters.starting)}
    if filters.ending:
        yield _("until %(day)s") % {"day": date_format(filters.ending)}


def _room(rule: Follow) -> None:
    """Refuses what is followed already, and one rule too many."""
    rules = rule.group.follows.all()
    same = {"filters": rule.filters} if rule.filters else {rule.kind: rule.target}
    if rules.filter(**same).exists():
        raise RefusedError(_("The group already follows this."))
    if rules.count() >= MOST:
        raise RefusedError(
            _("A group can follow up to %(max)d things. Remove one first.") % {"max": MOST}
        )
    saved = rules.exclude(filters="").count()
    if rule.filters and saved >= MOST_FILTERS:
        raise RefusedError(
            _("A group can follow up to %(max)d searches. Remove one first.")
            % {"max": MOST_FILTERS}
        )


def _record(rule: Follow, kind: GroupEvent.Kind, by: User) -> None:
    """Adds a line to the group's history, which all its managers read: not of private groups."""
    if not (isinstance(rule.target, Group) and rule.target.is_private):
        record(rule.group, kind, by=by, changes={"followed": rule.name})


def _alone() -> None:
    """Lets nobody else add a rule until the transaction ends: two rules may close a circle that
    neither would by itself. On SQLite every transaction is alone.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Follow._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


@contextmanager
def _noting(group: Group, now: datetime) -> Iterator[None]:
    """Notes which public talks come into the group and leave it by what is done inside.

    By what everybody sees, for what has left is told to all who read the group's calendar.
    """
    before = _fed(group, now)
    yield
    after = _fed(group, now)
    departures.record_returns(talks=after - before, places=[place(group)], now=now)
    departures.record_departures(talks=before - after, places=[place(group)], now=now)


def _fed(group: Group, now: datetime) -> set[int]:
    """The talks that the group's calendar holds."""
    found = conditions.of_groups([group.pk], AnonymousUser()).now
    fed = Talk.objects.public().filter(found, over_at__gt=now - departures.FEED_WINDOW)
    return set(fed.values_list("pk", flat=True))
