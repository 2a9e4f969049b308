"""Where searched words stand in what a list says of talks, marked, as safe HTML."""

from collections.abc import Sequence
from functools import lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from seminars import markup, words
from seminars.models import Talk
from seminars.rows import Row
from seminars.words import Term


def marked_titles(rows: Sequence[Row], terms: tuple[Term, ...]) -> dict[int, SafeString]:
    """The titles in which the terms are, with those marked, by the talks' ids."""
    found = {row.id: words.pieces(row.title, terms) for row in rows}
    return {key: _marked(pieces) for key, pieces in found.items() if pieces}


def snippets(rows: Sequence[Row], terms: tuple[Term, ...]) -> dict[int, SafeString]:
    """The part of each abstract in which the terms are, with those marked; one query."""
    languages = {row.id: row.language for row in rows}
    abstracts = Talk.objects.filter(pk__in=languages).order_by().values_list("pk", "abstract")
    return {
        key: format_html('<p class="row-snippet" lang="{}">{}</p>', languages[key], said)
        for key, abstract in abstracts
        if (said := _snippet(abstract, terms))
    }


@lru_cache(maxsize=1024)
def _snippet(abstract: str, terms: tuple[Term, ...]) -> SafeString:
    return _marked(words.excerpt(" ".join(markup.plain(abstract).split()), terms))


def _marked(pieces: list[tuple[str, bool]]) -> SafeString:
    said = (format_html("<mark>{}</mark>", one) if is_term else one for one, is_term in pieces)
    return format_html_join("", "{}", ((one,) for one in said))
