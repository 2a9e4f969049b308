"""Where searched words stand in what is known of talks, marked, as safe HTML."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from seminars import sql, wording
from seminars.listings.rows import Row
from seminars.models import Talk, TalkWords
from seminars.search.highlight import excerpt, pieces, spans
from seminars.search.query import Term
from seminars.search.scoring import contains
from seminars.text import markup

_BULLET = re.compile(r"^\s*- ", re.MULTILINE)

#: A name for what is said of a talk, and what is said.
Fact = tuple[str, str]

_SAID = (
    *("abstract", "series__short_code", "venue__building", "venue__former_name", "venue__room"),
    *("venue__campus", "venue__city"),
)


def marked(text: str, terms: tuple[Term, ...]) -> SafeString:
    """The text, with the terms in it marked."""
    return _joined(pieces(text, terms)) or conditional_escape(text)


def snippets(rows: Sequence[Row], terms: tuple[Term, ...]) -> dict[int, SafeString]:
    """Why each talk was found, where its row does not show it: the part of its abstract in which
    the terms are, and what else is said of it with a term that is neither there nor in the row.

    By the talks' ids; four queries at most, and one where the rows show it all.
    """
    texts = _folded([row.id for row in rows])
    told = {
        row.id: tuple(term for term in terms if contains(texts.get(row.id, ""), term))
        for row in rows
    }
    unsaid = {
        row.id: missing
        for row in rows
        if (missing := _unsaid(row, tuple(term for term in terms if term not in told[row.id])))
    }
    said = _said_of([row.id for row in rows if told[row.id] or row.id in unsaid])
    joined = _joined_to(list(unsaid))
    found: dict[int, SafeString] = {}
    for row in rows:
        if row.id not in said:
            continue
        abstract, code, *place = said[row.id]
        parts = [_of_abstract(abstract, terms, row.language)] if told[row.id] else []
        if row.id in unsaid:
            facts = [*joined[row.id], (_("Series"), code or ""), *_hosts(row)]
            facts.append((_("Location"), ", ".join(dict.fromkeys(filter(None, place)))))
            parts += [_of_fact(fact, terms) for fact in _telling(facts, unsaid[row.id])]
        if any(parts):
            found[row.id] = SafeString("".join(parts))
    return found


def _folded(keys: list[int]) -> dict[int, str]:
    """The words of these abstracts, as they are compared."""
    statement = "SELECT talk_id, text FROM {} WHERE talk_id IN ({})"
    return dict(sql.rows(statement.format(TalkWords._meta.db_table, sql.numbers(keys))))


def _said_of(keys: list[int]) -> dict[int, list[Any]]:
    if not keys:
        return {}
    return {key: values for key, *values in sql.rows(_saying() % sql.numbers(keys))}


@cache
def _saying() -> str:
    """The question for what is said of talks, with `%s` for their ids: every search asks it."""
    talks = Talk.objects.filter(pk__in=[0]).order_by().values_list("pk", *_SAID)
    statement, _none = talks.query.sql_with_params()
    return statement


@lru_cache(maxsize=1024)
def _unsaid(row: Row, terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """The terms that are in nothing that the row of a list shows, where it marks them itself."""
    if not terms:
        return ()
    texts = [row.title, row.series.name if row.series else ""]
    for one in wording.speakers(row):
        texts += [one.speaker.name, one.affiliation]
    if not row.is_online_only:
        texts.append(wording.short_place(row))
    return _in_none(texts, terms)


def _in_none(texts: Sequence[str], terms: tuple[Term, ...]) -> tuple[Term, ...]:
    return tuple(one for one in terms if not any(spans(text, (one,)) for text in texts))


def _joined_to(keys: list[int]) -> dict[int, list[Fact]]:
    """The topics of these talks, and the series that they are in besides their own."""
    found = defaultdict[int, list[Fact]](list)
    if not keys:
        return found
    for through, name, label in (
        (Talk.topics.through, "topic__name", _("Topic")),
        (Talk.co_series.through, "series__name", _("Series")),
    ):
        rows = through._base_manager.filter(talk__in=keys).order_by(name)
        for key, said in rows.values_list("talk", name):
            found[key].append((label, said))
    return found


def _hosts(row: Row) -> Iterator[Fact]:
    for one in wording.hosts(row):
        yield _("Host"), ", ".join(filter(None, [one.speaker.name, one.affiliation]))


def _telling(facts: Sequence[Fact], terms: tuple[Term, ...]) -> Iterator[Fact]:
    """For each of the terms the first fact that it is in, each once."""
    first = (next((one for one in facts if spans(one[1], (term,))), None) for term in terms)
    return (one for one in dict.fromkeys(first) if one)


def _of_fact(fact: Fact, terms: tuple[Term, ...]) -> SafeString:
    name, said = fact
    line = format_html("{}: <bdi>{}</bdi>", name, marked(said, terms))
    return format_html('<p class="row-snippet">{}</p>', line)


@lru_cache(maxsize=256)
def _of_abstract(abstract: str, terms: tuple[Term, ...], language: str) -> SafeString:
    """The part of an abstract in which the terms are; empty where they are nowhere in it."""
    text = " ".join(_BULLET.sub("", markup.plain(abstract)).split())
    said = _joined(excerpt(text, terms))
    return said and format_html('<p class="row-snippet" lang="{}">{}</p>', language, said)


def _joined(pieces: list[tuple[str, bool]]) -> SafeString:
    said = (format_html("<mark>{}</mark>", one) if is_term else one for one, is_term in pieces)
    return format_html_join("", "{}", ((one,) for one in said))
