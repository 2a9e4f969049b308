"""Keeps the search index (seminars/models/search_words.py) up to date, however talks change.

Triggers mark the talks whose words may have changed (index_triggers.py), and `catch_up` indexes
those. It is called after each commit that changes a talk and before each search, so that changes
made outside this software are indexed too.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from django.db import connection, transaction
from django.utils import timezone

from seminars import sql
from seminars.models import (
    Departure,
    FormerWords,
    Talk,
    TalkWords,
    Unindexed,
    Word,
)
from seminars.models.departure import RETENTION, WORDS
from seminars.search import index_triggers
from seminars.search.fields import FIELDS, Column, Texts, texts_of
from seminars.search.returning import Change, returning
from seminars.search.tokens import BREAK, compounds, initials, tokens

#: How many stale rows one call handles: what fits into the time of one request.
MAX_STALE_ROWS = 2000
#: How many talks are read at once.
_CHUNK = 1000
#: How much of one text is indexed: as much as is rendered of an abstract.
_MAX_TEXT_LENGTH = 50_000
#: Shorter words are not suggested, because too many words are equally similar.
MIN_SUGGESTED_LENGTH = 4


def catch_up(*, keep_former: bool = True) -> int:
    """Index the talks that triggers marked, oldest first, and return how many marks are done.

    Talks locked by an uncommitted change stay marked. `keep_former`: keep the words from before
    the change, for feeds of searches that matched them.
    """
    waits = "SELECT 1 FROM {} LIMIT 1"
    if not sql.rows(waits.format(Unindexed._meta.db_table)):
        return 0
    with transaction.atomic():
        marks = Unindexed.objects.order_by("pk").values_list("pk", "talk_id")
        stale = list(marks[:MAX_STALE_ROWS])
        keys = {talk for _row, talk in stale}
        talks = Talk._base_manager.filter(pk__in=keys)
        # Locked, so that of two processes indexing one talk the later one writes last.
        locked = set(
            talks.select_for_update(skip_locked=True, no_key=True)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        deleted = keys - set(talks.values_list("pk", flat=True))
        _write(deleted | locked, keep_former=keep_former)
        done = [row for row, talk in stale if talk in deleted or talk in locked]
        Unindexed.objects.filter(pk__in=done).delete()
    return len(done)


def after_migrate(**kwargs: object) -> None:
    """Index all marked talks: after a migration that creates the index, every talk."""
    if TalkWords._meta.db_table not in connection.introspection.table_names():
        return
    if Unindexed.objects.count() > MAX_STALE_ROWS:
        index_all()
    # The texts are the same as before; only how they are indexed has changed.
    while catch_up(keep_former=False):
        pass


def index_all(progress: Callable[[int], None] = lambda done: None) -> int:
    """Rebuild the index in one transaction and return the number of talks.

    `progress` is called with how many are done.
    """
    counted: Counter[str] = Counter()
    done, key = 0, 0
    talks = Talk._base_manager.order_by("pk").values_list("pk", flat=True)
    with index_triggers.bulk_indexing():
        last = Unindexed.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        for model in (TalkWords, Word):
            model._base_manager.all()._raw_delete(using="default")
        while keys := list(talks.filter(pk__gt=key)[:_CHUNK]):
            rows = list(_read(keys))
            TalkWords.objects.bulk_create(rows)
            for row in rows:
                counted.update(_suggestions(row))
            done, key = done + len(keys), keys[-1]
            progress(done)
        _count(counted)
        Unindexed.objects.filter(pk__lte=last)._raw_delete(using="default")
    with connection.cursor() as cursor:
        # Without it PostgreSQL reads every row for a word that no row has.
        cursor.execute(f"ANALYZE {TalkWords._meta.db_table}")
    return done


def _write(keys: set[int], *, keep_former: bool) -> None:
    """Update the rows of these talks and delete those of deleted talks."""
    before = TalkWords.objects.in_bulk(keys)
    after = {one.pk: one for one in _read(sorted(keys))}
    counted: Counter[str] = Counter()
    for row in after.values():
        counted.update(_suggestions(row))
    for row in before.values():
        counted.subtract(_suggestions(row))
    changed = [
        row
        for key, row in after.items()
        if key not in before or _values(row) != _values(before[key])
    ]
    if keep_former:
        pairs = [(before[row.pk], row) for row in changed if row.pk in before]
        _keep(
            {
                old.pk: (_all_words(old), _all_words(new))
                for old, new in pairs
                if old.is_public and _all_words(old) != _all_words(new)
            }
        )
    TalkWords.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["talk"],
        update_fields=[*Column, "is_public"],
    )
    if gone := before.keys() - after.keys():
        TalkWords.objects.filter(pk__in=gone).delete()
    _count(counted)


def _keep(changes: dict[int, Change]) -> None:
    """Save the words that talks had until now, for feeds from which they leave with these."""
    now = timezone.now()
    if not changes:
        return
    FormerWords.objects.filter(left_at__lte=now - RETENTION).delete()
    Departure.supersede(returning(changes), at=now)
    FormerWords.objects.bulk_create(
        FormerWords(talk_id=talk, words=before, left_at=now)
        for talk, (before, _now) in changes.items()
    )
    Departure.record(talks=list(changes), places=[(WORDS, "")], at=now)


def _all_words(row: TalkWords) -> str:
    return f" {BREAK} ".join(getattr(row, column) for column in Column)


def _values(row: TalkWords) -> tuple[object, ...]:
    return row.is_public, *(getattr(row, column) for column in Column)


def _read(keys: Sequence[int]) -> Iterator[TalkWords]:
    """Yield up-to-date rows for these talks, in five queries."""
    texts = texts_of(keys, FIELDS)
    public = set(Talk.objects.public().filter(pk__in=keys).values_list("pk", flat=True))
    for key in sorted(texts):
        columns = {str(column): _column(texts[key], column) for column in Column}
        yield TalkWords(talk_id=key, is_public=key in public, **columns)


def _column(texts: Texts, column: Column) -> str:
    """Return the words of the column's texts, followed by other spellings of them."""
    fields = [field for field in FIELDS if field.column is column and field in texts]
    found = [text[:_MAX_TEXT_LENGTH] for field in fields for text in texts[field]]
    names = (name for field in fields if field.has_initials for name in texts[field])
    parts = [*map(tokens, found), *map(initials, names), *([one] for one in _compounds(found))]
    return f" {BREAK} ".join(" ".join(part) for part in parts if part)


def _compounds(texts: list[str]) -> dict[str, None]:
    return dict.fromkeys(one for text in texts for one in compounds(text))


def _suggestions(row: TalkWords) -> set[str]:
    """Return the words of a public talk that may be suggested for a misspelled one."""
    if not row.is_public:
        return set()
    words = set(_all_words(row).split(" "))
    return {word for word in words if len(word) >= MIN_SUGGESTED_LENGTH and word.isalpha()}


def _count(counted: Counter[str]) -> None:
    """Add to the number of talks with each word, and delete words that no talk has."""
    rows = [
        (text, text[:2], text[-2:], len(text), number)
        for text, number in sorted(counted.items())
        if number
    ]
    if not rows:
        return
    with connection.cursor() as cursor:
        # The ORM cannot add to a value in an upsert.
        cursor.executemany(
            "INSERT INTO seminars_word (text, first, last, length, talks)"
            " VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (text) DO UPDATE SET talks = seminars_word.talks + excluded.talks",
            rows,
        )
    Word.objects.filter(talks__lte=0).delete()
