"""What groups follow, and the single talks that they exclude."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import FeedKey, Group, GroupEvent, Membership, User
from accounts.rights import Right
from accounts.services.events import record
from seminars.listings import conditions
from seminars.listings.dimensions import flags
from seminars.listings.filters import BadFilterError, Filters
from seminars.listings.scopes import named_by
from seminars.listings.subjects import PageSubject, kind_of, speakers_visible_to
from seminars.models import Audience, Follow, LeftOut, Speaker, Talk, Topic
from seminars.models.follow import MAX_FILTERS_LENGTH, MAX_TITLE_LENGTH
from seminars.querysets import GROUP, Viewer
from seminars.services import departures
from seminars.services.errors import RefusedError

#: What a group can follow.
Target = PageSubject | Group | Filters

#: How many rules a group may have, and how many of them may be searches, each of which makes the
#: query for its talks longer.
MAX_RULES, MAX_SEARCHES = 200, 20


@transaction.atomic
def follow(*, group: Group, target: Target, by: User, now: datetime) -> Follow:
    """Make the group include all talks of the target from now on.

    Raise RefusedError for someone who does not manage the group, if the group follows the target
    already or may not follow it, and if the group has too many rules.
    """
    _lock_rules()
    _check_manager(by, group)
    rule = _build_rule(group, target, by)
    _check_limits(rule)
    with recording_moves([group], now):
        rule.save()
    _record_event(rule, GroupEvent.Kind.FOLLOWED, by)
    return rule


@transaction.atomic
def unfollow(*, group: Group, rule: int, by: User, now: datetime) -> Follow | None:
    """Delete the rule with this id, and return what it was, or None if it no longer exists.

    Talks that are in the group for another reason stay. Raise RefusedError for someone who does
    not manage the group.
    """
    _check_manager(by, group)
    deleted = Follow.objects.visible_to(by).filter(group=group, pk=rule).first()
    if deleted is not None:
        with recording_moves([group], now):
            group.follows.filter(pk=rule).delete()
        _record_event(deleted, GroupEvent.Kind.UNFOLLOWED, by)
    return deleted


@transaction.atomic
def restore_talk(*, group: Group, talk: Talk, by: User, now: datetime) -> bool:
    """Stop excluding the talk; return False if it was not excluded.

    Raise RefusedError for someone who may not change the group's talks.
    """
    if not Group.objects.contributed_by(by).filter(pk=group.pk).exists():
        raise RefusedError(_("Only managers and contributors of the group may do this."))
    deleted, _per_model = LeftOut.objects.filter(group=group, talk=talk).delete()
    if deleted:
        departures.record_returns(talks=[talk.pk], places=[group_place(group)], now=now)
    return deleted > 0


@transaction.atomic
def update_followers(*, group: Group, is_shown: bool, now: datetime) -> None:
    """Record for the calendars of the groups that follow this one whether its talks are in them.

    `is_shown` is False when the group turns private or is about to be deleted.
    """
    places = [(GROUP.name, str(key)) for key in _related(group.pk, "followed", "group")]
    talks = _talks_in_feed(group, now) if places else set()
    if is_shown:
        departures.record_returns(talks=talks, places=places, now=now)
    else:
        # A follower that has a talk for another reason does not announce its departure.
        departures.record_departures(talks=talks, places=places, now=now)


def shows_talk(*, group: Group, talk: Talk, viewer: Viewer) -> bool:
    """Whether the group contains the talk, whether it was added or is followed."""
    return bool(shown_talks(group=group, talks=[talk.pk], viewer=viewer))


def shown_talks(*, group: Group, talks: Iterable[int], viewer: Viewer) -> set[int]:
    """Return the ids of those of these talks that the group contains."""
    condition = conditions.of_groups([group.pk], viewer).now
    return set(Talk._base_manager.filter(condition, pk__in=talks).values_list("pk", flat=True))


def target_name(target: Target) -> str:
    """Return the name that a rule for the target would have.

    Raise RefusedError for filters that cannot be followed.
    """
    return _query_and_title(target)[1] if isinstance(target, Filters) else str(target)


def group_place(group: Group) -> departures.Place:
    """Return the place that departures from the group are recorded under."""
    return GROUP.name, str(group.pk)


def _check_manager(by: User, group: Group) -> None:
    if not Group.objects.granting(Right.FOLLOW, by).filter(pk=group.pk).exists():
        raise RefusedError(_("Only a manager of the group may do this."))


def _build_rule(group: Group, target: Target, by: User) -> Follow:
    """Return the new rule, unsaved."""
    rule = Follow(group=group, by=by)
    if isinstance(target, Filters):
        rule.filters, rule.title = _query_and_title(target)
    elif isinstance(target, Group):
        rule.followed = _followable_group(group, target, by)
    elif isinstance(target, Speaker):
        # All managers see a rule's name, and some may not know the speakers of drafts.
        if not speakers_visible_to(AnonymousUser()).filter(pk=target.pk).exists():
            raise RefusedError(_("There is no such speaker."))
        rule.speaker = target
    else:
        setattr(rule, kind_of(target).name, target)
    return rule


def _followable_group(group: Group, target: Group, by: User) -> Group:
    """Return the group to be followed; raise RefusedError if it may not be."""
    followed = Group.objects.visible_to(by).filter(pk=target.pk).first()
    if followed is None:
        raise RefusedError(_("There is no such group."))
    names = {"group": group.name, "other": followed.name}
    if followed == group:
        raise RefusedError(_("A group can’t follow itself."))
    if followed.is_private and not group.is_private:
        raise RefusedError(
            _(
                "“%(other)s” is private and “%(group)s” isn’t, so it can’t be followed: people"
                " who aren’t its members would see its talks."
            )
            % names
        )
    # Also through groups that this person may not see.
    if group.pk in _related(followed.pk, "group", "followed"):
        raise RefusedError(
            _(
                "“%(other)s” already follows “%(group)s”, directly or through other groups. Two"
                " groups can’t follow each other."
            )
            % names
        )
    return followed


def _related(start: int, side: str, other: str) -> set[int]:
    """Return the groups that the rules lead to from `side` to `other`, in any number of steps."""
    seen, frontier = set[int](), {start}
    while frontier:
        rules = Follow.objects.filter(**{f"{side}__in": frontier}, followed__isnull=False)
        frontier = set(rules.values_list(other, flat=True)) - seen
        seen |= frontier
    return seen


def _query_and_title(filters: Filters) -> tuple[str, str]:
    """Return the query that a rule stores and its title; readers choose upcoming or past talks.

    Raise RefusedError for filters that cannot be followed.
    """
    if filters.group:
        raise RefusedError(
            _("A search filtered by group can’t be followed. Follow the group itself.")
        )
    filters = replace(filters, when=None, page=1)
    query = filters.query()
    if not query:
        raise RefusedError(_("This search matches all talks. Choose at least one filter first."))
    if len(query) > MAX_FILTERS_LENGTH:
        raise RefusedError(_("This search has too many filters."))
    try:
        names = [name for scope in named_by(filters, AnonymousUser()) for name in scope.names]
    except BadFilterError as error:
        raise RefusedError(error.sentence) from error
    words = [f"“{filters.words}”"] if filters.words else []
    return query, " · ".join([*words, *names, *_other_labels(filters)])[:MAX_TITLE_LENGTH]


def _other_labels(filters: Filters) -> Iterator[str]:
    """Yield labels of the filters that are neither words nor rows with a name."""
    for kind in filters.attendance:
        yield str(Talk.Attendance(kind).label)
    yield from (str(flag.phrase).lower() for flag in flags() if filters.value(flag))
    if filters.year:
        yield str(filters.year)
    if filters.starting:
        yield _("from %(day)s") % {"day": date_format(filters.starting)}
    if filters.ending:
        yield _("until %(day)s") % {"day": date_format(filters.ending)}


def _check_limits(rule: Follow) -> None:
    """Raise RefusedError if the group follows this already, or has too many rules."""
    rules = rule.group.follows.all()
    same = {"filters": rule.filters} if rule.filters else {rule.kind: rule.target}
    if rules.filter(**same).exists():
        raise RefusedError(_("The group already follows this."))
    if rules.count() >= MAX_RULES:
        raise RefusedError(
            _("A group can follow up to %(max)d things. Remove one first.") % {"max": MAX_RULES}
        )
    searches = rules.exclude(filters="").count()
    if rule.filters and searches >= MAX_SEARCHES:
        raise RefusedError(
            _("A group can follow up to %(max)d searches. Remove one first.")
            % {"max": MAX_SEARCHES}
        )


def _record_event(rule: Follow, kind: GroupEvent.Kind, by: User) -> None:
    """Add to the group's history, which all its managers read, unless it names a private group."""
    if not (isinstance(rule.target, Group) and rule.target.is_private):
        record(rule.group, kind, by=by, changes={"followed": rule.name})


def _lock_rules() -> None:
    """Keep others from adding rules until the transaction ends, because two rules together may
    close a circle. SQLite needs no lock: it runs one writing transaction at a time.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Follow._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


@contextmanager
def recording_moves(groups: Iterable[Group], now: datetime) -> Iterator[None]:
    """Record which public talks the code inside brings into the groups and which leave them.

    It compares what a visitor sees, because departures reach all readers of a group's calendar.
    """
    before = [(group, _talks_in_feed(group, now)) for group in groups]
    yield
    for group, was in before:
        now_in = _talks_in_feed(group, now)
        departures.record_returns(talks=now_in - was, places=[group_place(group)], now=now)
        departures.record_departures(talks=was - now_in, places=[group_place(group)], now=now)


def followers(subject: Topic | Audience) -> Iterable[Group]:
    """Return the groups with rules that may name it: their own, or those of saved searches."""
    rules = ~Q(filters="")
    if isinstance(subject, Topic):
        rules |= Q(topic=subject)
    return Group.objects.filter(follows__in=Follow.objects.filter(rules)).distinct()


@receiver(post_save, sender=Membership)
def on_joining(instance: Membership, created: bool, **_kwargs: object) -> None:
    """Raise SEQUENCE of talks that a new member's own calendars may have announced as canceled."""
    user = instance.user
    if created and FeedKey.objects.filter(user=user).exists():
        now = timezone.now()
        talks = _talks_in_feed(instance.group, now, viewer=user)
        departures.record_returns(talks=talks, places=[group_place(instance.group)], now=now)


def _talks_in_feed(group: Group, now: datetime, viewer: Viewer | None = None) -> set[int]:
    """Return the ids of the talks in the group's calendar as the viewer, or a visitor, sees it."""
    condition = conditions.of_groups([group.pk], viewer or AnonymousUser()).now
    talks = Talk.objects.public().filter(condition, over_at__gt=now - departures.FEED_WINDOW)
    return set(talks.values_list("pk", flat=True))
