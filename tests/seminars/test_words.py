"""Words as they are compared, and what was typed as it is understood: text alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seminars import words
from seminars.words import Query, Term


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Paul Erdős, Łukasz Ørsted & Đặng", ["paul", "erdos", "lukasz", "orsted", "dang"]),
        ("Straße ÆSIR þing", ["strasse", "aesir", "thing"]),
        ("\N{LATIN SMALL LIGATURE FI}nite ＡＢＣ H₂O ½", ["finite", "abc", "h2o", "1", "2"]),
        ("e\u0301tale İstanbul ılık Ħal", ["etale", "istanbul", "ilik", "hal"]),
        ("K-theory's $\\alpha$ **bold** C++", ["k", "theory", "s", "alpha", "bold", "c"]),
        ("機械学習 ガ", ["機", "械", "学", "習", "ガ"]),
        ("\N{HALFWIDTH KATAKANA LETTER KA}\N{HALFWIDTH KATAKANA VOICED SOUND MARK}", ["ガ"]),
        ("세미나 हिन्दी ΑΘΗΝΆΣ Москва", ["세미나", "हिन्दी", "αθηνασ", "москва"]),
        ("x" * 100, ["x" * 64]),
        ("?! ★ 😀 \x00", []),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert words.tokens(text) == tokens


@given(st.text())
def test_tokens_are_letters_and_digits_and_stay_as_they_are(text: str) -> None:
    found = words.tokens(text)
    for token in found:
        assert 0 < len(token) <= words.LONGEST
        assert not set(token) & set(" \t\r\n'\"\\:*&|!()<>-+^{}" + words.BREAK), token
        assert token.isascii() or words.fold(words.fold(token)) == words.fold(token)


def _open(*tokens: str) -> Term:
    return Term(tokens, is_open=True)


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("Deep nets deep", Query((_open("deep"), _open("nets")))),
        ('"Deep nets" -Erdős', Query((Term(("deep", "nets")),), (Term(("erdos",)),))),
        (
            "“deep nets” k-theory x",
            Query((Term(("deep", "nets")), _open("k", "theory"), Term(("x",)))),
        ),
        ('-"deep nets" "open', Query((Term(("open",)),), (Term(("deep", "nets")),))),
        ("学習 --no", Query((Term(("学", "習")),), (Term(("no",)),))),
        ("c++ & - AND", Query((Term(("c",)), _open("and")))),
        *((nothing, Query()) for nothing in ("", " ", "-", '"', '"" -"', "- -")),
        *((vain, Query(is_vain=True)) for vain in ("?", "★ -", '"*"', "😀")),
    ],
)
def test_queries(typed: str, query: Query) -> None:
    assert words.query(typed) == query


@pytest.mark.parametrize(
    ("typed", "text", "marked"),
    [
        ("erdos deep", "Erdős on deeper, shallow", ["Erdős", "deeper"]),
        ('"deep learning" learn', "Deep learning, learned deep", ["Deep learning", "learned"]),
        ("学習", "機械学習の学", ["学習"]),
        ("k-theory", "K–theory of K theories", ["K–theory"]),
        ("finite", "\N{LATIN SMALL LIGATURE FI}nite e\u0301t", ["\N{LATIN SMALL LIGATURE FI}nite"]),
        ("etale", "An e\u0301tale map", ["e\u0301tale"]),
        ("nothing", "of it", []),
    ],
)
def test_where_they_stand_as_written(typed: str, text: str, marked: list[str]) -> None:
    found = words.spans(text, words.query(typed).wanted)
    assert [text[start:end] for start, end in found] == marked
