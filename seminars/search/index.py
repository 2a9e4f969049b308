"""Keeps the words of talks (seminars/models/search_words.py) right, whoever changes talks.

Triggers note each talk whose words may have changed; `catch_up` reads those. Whoever changes
talks calls it when the change is there for all to see, and search before it looks, so that what
was changed past this software is found too.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from django.db import connection, transaction
from django.utils import timezone

from seminars import sql
from seminars.models import (
    Appearance,
    Departure,
    FormerWords,
    Talk,
    TalkWords,
    Unindexed,
    Word,
)
from seminars.models.departure import WORDS
from seminars.querysets import PUBLIC, TOMBSTONE
from seminars.search import index_triggers
from seminars.search.tokens import BREAK, compounds, initials, tokens

#: How many waiting rows one call reads: what can be done while somebody waits for an answer.
MOST = 2000
#: How many talks are read at once.
_CHUNK = 1000
#: How many letters of one column are read, as many as are marked up of an abstract.
_LONGEST = 50_000
#: Shorter words are not suggested, for too many are as near.
SHORTEST = 4

_TALK = (
    *("pk", "title", "abstract", "room", "status", "withdrawn_at", "series__name"),
    *("series__short_code", "venue__building", "venue__short_name", "venue__former_name"),
    *("venue__room", "venue__campus", "venue__city"),
)


def catch_up(*, remember: bool = True) -> int:
    """Reads the talks that wait, the longest waiting first, and gives how many rows are done.

    A talk that somebody is changing is left to wait: their change is not there to be seen yet.
    `remember`: what they said before is kept, for the calendars of searches that it matched.
    """
    waits = "SELECT 1 FROM {} LIMIT 1"
    if not sql.rows(waits.format(Unindexed._meta.db_table)):
        return 0
    with transaction.atomic():
        waiting = list(Unindexed.objects.order_by("pk").values_list("pk", "talk_id")[:MOST])
        keys = {talk for _row, talk in waiting}
        talks = Talk._base_manager.filter(pk__in=keys)
        # Held, so that of two who read one talk the later one writes last.
        held = set(
            talks.select_for_update(skip_locked=True, no_key=True)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        settled = keys - set(talks.values_list("pk", flat=True)) | held
        _write(settled, remember=remember)
        done = [row for row, talk in waiting if talk in settled]
        Unindexed.objects.filter(pk__in=done).delete()
    return len(done)


def after_migrate(**kwargs: object) -> None:
    """Reads what waits, which is every talk where the tables of words are new."""
    if TalkWords._meta.db_table not in connection.introspection.table_names():
        return
    if Unindexed.objects.count() > MOST:
        index_all()
    # Talks say the same as before; it is the reading that has changed.
    while catch_up(remember=False):
        pass


def index_all(progress: Callable[[int], None] = lambda done: None) -> int:
    """Reads every talk anew, telling how many are done, and gives their number: all or nothing."""
    counted: Counter[str] = Counter()
    done, key = 0, 0
    every = Talk._base_manager.order_by("pk").values_list("pk", flat=True)
    with index_triggers.words_at_once():
        last = Unindexed.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        for model in (TalkWords, Word):
            model._base_manager.all()._raw_delete(using="default")
        while keys := list(every.filter(pk__gt=key)[:_CHUNK]):
            made = list(_read(keys))
            TalkWords.objects.bulk_create(made)
            for one in made:
                counted.update(_counted(one))
            done, key = done + len(keys), keys[-1]
            progress(done)
        _count(counted)
        Unindexed.objects.filter(pk__lte=last)._raw_delete(using="default")
    with connection.cursor() as cursor:
        # Without it PostgreSQL reads every row for a word that is in none.
        cursor.execute(f"ANALYZE {TalkWords._meta.db_table}")
    return done


def _write(keys: set[int], *, remember: bool) -> None:
    """Makes the rows of these talks right; those of talks that are gone go too."""
    before = TalkWords.objects.in_bulk(keys)
    after = {one.pk: one for one in _read(sorted(keys))}
    counted: Counter[str] = Counter()
    for one in after.values():
        counted.update(_counted(one))
    for one in before.values():
        counted.subtract(_counted(one))
    changed = [
        one for key, one in after.items() if key not in before or _said(one) != _said(before[key])
    ]
    if remember:
        pairs = [(before[one.pk], one) for one in changed if one.pk in before]
        _remember([old for old, new in pairs if old.is_public and _all_of(old) != _all_of(new)])
    TalkWords.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["talk"],
        update_fields=["names", "about", "text", "is_public"],
    )
    if gone := before.keys() - after.keys():
        TalkWords.objects.filter(pk__in=gone).delete()
    _count(counted)


def _remember(every: list[TalkWords]) -> None:
    """Keeps what talks said until now, for as long as a feed tells of what has left it."""
    now = timezone.now()
    if not every:
        return
    FormerWords.objects.filter(left_at__lte=now - TOMBSTONE).delete()
    FormerWords.objects.bulk_create(
        FormerWords(talk_id=one.pk, words=_all_of(one), left_at=now) for one in every
    )
    Departure.record(talks=[one.pk for one in every], places=[(WORDS, "")], at=now)


def _all_of(one: TalkWords) -> str:
    return f" {BREAK} ".join([one.names, one.about, one.text])


def _said(one: TalkWords) -> tuple[int, str, str, str, bool]:
    return one.pk, one.names, one.about, one.text, one.is_public


def _read(keys: Sequence[int]) -> Iterator[TalkWords]:
    """The words of these talks as they are now, in four queries."""
    speakers, about = defaultdict[int, list[str]](list), defaultdict[int, list[str]](list)
    people = Appearance.objects.filter(talk__in=keys).order_by("position", "pk")
    for talk, name, affiliation in people.values_list("talk", "speaker__name", "affiliation"):
        speakers[talk].append(name)
        about[talk].append(affiliation)
    for through, name in (
        (Talk.topics.through, "topic__name"),
        (Talk.co_series.through, "series__name"),
    ):
        rows = through._base_manager.filter(talk__in=keys).order_by("pk")
        for talk, said in rows.values_list("talk", name):
            about[talk].append(said)
    for row in Talk._base_manager.filter(pk__in=keys).values_list(*_TALK):
        key, title, abstract, room, status, withdrawn_at, *more = row
        yield TalkWords(
            talk_id=key,
            names=_column([title, *speakers[key]], map(initials, speakers[key])),
            about=_column([*about[key], room, *more]),
            text=_column([abstract]),
            is_public=status in PUBLIC and withdrawn_at is None,
        )


def _column(texts: Iterable[str | None], more: Iterable[list[str]] = ()) -> str:
    """The words of these texts, and after them the other ways in which they may be written."""
    read = [text[:_LONGEST] for text in texts if text]
    parts = [*map(tokens, read), *more, *([one] for one in _compounds(read))]
    return f" {BREAK} ".join(" ".join(part) for part in parts if part)


def _compounds(texts: list[str]) -> dict[str, None]:
    return dict.fromkeys(one for text in texts for one in compounds(text))


def _counted(one: TalkWords) -> set[str]:
    """The words of a public talk that may be suggested."""
    if not one.is_public:
        return set()
    found = set(f"{one.names} {one.about} {one.text}".split(" "))
    return {word for word in found if len(word) >= SHORTEST and word.isalpha()}


def _count(counted: Counter[str]) -> None:
    """Adds to how many talks each word is in; a word that is in none is forgotten."""
    rows = [
        (text, text[:2], text[-2:], len(text), number)
        for text, number in sorted(counted.items())
        if number
    ]
    if not rows:
        return
    with connection.cursor() as cursor:
        # Not through the ORM, which cannot add to what is there without reading it first.
        cursor.executemany(
            "INSERT INTO seminars_word (text, first, last, length, talks)"
            " VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (text) DO UPDATE SET talks = seminars_word.talks + excluded.talks",
            rows,
        )
    Word.objects.filter(talks__lte=0).delete()
