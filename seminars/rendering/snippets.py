"""Show where a search matches: marks in texts, and snippets below the rows of a list."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from seminars import sql, wording
from seminars.listings.rows import Row
from seminars.models import Talk, TalkWords
from seminars.rendering.html import element, join
from seminars.search.fields import FIELDS, Column, Texts, texts_of
from seminars.search.highlight import excerpt, pieces, spans
from seminars.search.query import Term
from seminars.search.scoring import contains
from seminars.text import markup

_BULLET = re.compile(r"^\s*- ", re.MULTILINE)

_EXCERPTED = [field for field in FIELDS if field.column is Column.TEXT]
_LABELED = [field for field in FIELDS if field.label]
_IN_ONE_ROW = [field for field in _LABELED if field.source.holder is Talk]
_JOINED = [list(fields) for _label, fields in groupby(_IN_ONE_ROW, key=lambda one: id(one.label))]
_IN_SEVERAL_ROWS = [field for field in _LABELED if field.source.holder is not Talk]


class _Fact(NamedTuple):
    """A text about a talk, with its label."""

    label: str
    text: str


def marked(text: str, terms: tuple[Term, ...]) -> str:
    """Return the text with matches marked as HTML; unchanged, and not yet HTML, without any."""
    return (terms and _html(pieces(text, terms))) or text


def snippets(rows: Sequence[Row], terms: tuple[Term, ...]) -> dict[int, SafeString]:
    """Return, by talk id, the matches that the rows do not show: an excerpt of the abstract, and
    facts for terms that neither the abstract nor the row contains.

    At most four queries, and one if the rows show all matches.
    """
    abstracts = _folded_abstracts([row.id for row in rows])
    in_abstract = {
        row.id: tuple(term for term in terms if contains(abstracts.get(row.id, ""), term))
        for row in rows
    }
    missing = {row.id: _missing(row, terms, in_abstract[row.id]) for row in rows}
    incomplete = [key for key, terms in missing.items() if terms]
    own = [row.id for row in rows if in_abstract[row.id] or missing[row.id]]
    texts = texts_of(own, [*_EXCERPTED, *_IN_ONE_ROW])
    for key, joined in texts_of(incomplete, _IN_SEVERAL_ROWS).items():
        texts.setdefault(key, {}).update(joined)
    found: dict[int, SafeString] = {}
    for row in rows:
        if row.id not in texts:
            continue
        parts = [_excerpt(texts[row.id], terms, row.language)] if in_abstract[row.id] else []
        facts = list(_facts(texts[row.id], row)) if missing[row.id] else []
        parts += [_fact_html(fact, terms) for fact in _matching(facts, missing[row.id])]
        if any(parts):
            found[row.id] = join(parts)
    return found


def _folded_abstracts(talks: list[int]) -> dict[int, str]:
    statement = "SELECT talk_id, {} FROM {} WHERE talk_id IN ({})"
    table = TalkWords._meta.db_table
    return dict(sql.rows(statement.format(Column.TEXT, table, sql.numbers(talks))))


def _missing(row: Row, terms: tuple[Term, ...], in_abstract: tuple[Term, ...]) -> tuple[Term, ...]:
    """Return the terms that neither the abstract nor the row contains."""
    return _not_in_row(row, tuple(term for term in terms if term not in in_abstract))


@lru_cache(maxsize=1024)
def _not_in_row(row: Row, terms: tuple[Term, ...]) -> tuple[Term, ...]:
    if not terms:
        return ()
    texts = [row.title, row.series.name if row.series else ""]
    for one in wording.speakers(row):
        texts += [one.speaker.name, one.affiliation]
    if not row.is_online_only:
        texts.append(wording.short_place(row))
    return tuple(term for term in terms if not any(spans(text, (term,)) for text in texts))


def _facts(texts: Texts, row: Row) -> Iterator[_Fact]:
    for field in _IN_SEVERAL_ROWS:
        yield from (_Fact(str(field.label), text) for text in sorted(texts.get(field, ())))
    for fields in _JOINED:
        if parts := dict.fromkeys(text for field in fields for text in texts.get(field, ())):
            yield _Fact(str(fields[0].label), ", ".join(parts))
    for one in wording.hosts(row):
        yield _Fact(_("Host"), ", ".join(filter(None, [one.speaker.name, one.affiliation])))


def _matching(facts: Sequence[_Fact], terms: tuple[Term, ...]) -> Iterator[_Fact]:
    """Yield the first fact that contains each term, without repetition."""
    first = (next((fact for fact in facts if spans(fact.text, (term,))), None) for term in terms)
    return (fact for fact in dict.fromkeys(first) if fact)


def _fact_html(fact: _Fact, terms: tuple[Term, ...]) -> SafeString:
    text = element("bdi", {}, marked(fact.text, terms))
    return element("p", {"class": "row-snippet"}, fact.label, ": ", text)


def _excerpt(texts: Texts, terms: tuple[Term, ...], language: str) -> SafeString:
    abstract = "\n".join(text for field in _EXCERPTED for text in texts.get(field, ()))
    return _excerpt_of(abstract, terms, language)


@lru_cache(maxsize=256)
def _excerpt_of(abstract: str, terms: tuple[Term, ...], language: str) -> SafeString:
    """Return the part of an abstract with the most matches; empty without a match."""
    text = " ".join(_BULLET.sub("", markup.plain(abstract)).split())
    part = _html(excerpt(text, terms))
    return part and element("p", {"class": "row-snippet", "lang": language}, part)


def _html(parts: list[tuple[str, bool]]) -> SafeString:
    return join(element("mark", {}, text) if match else text for text, match in parts)
