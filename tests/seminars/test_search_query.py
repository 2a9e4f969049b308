"""How texts are folded, queries parsed and matches located, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seminars.search import highlight, query, tokens
from seminars.search.query import Query, Term


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Paul Erdős, Łukasz Ørsted & Đặng", ["paul", "erdos", "lukasz", "orsted", "dang"]),
        ("Straße ÆSIR þing", ["strasse", "aesir", "thing"]),
        ("\N{LATIN SMALL LIGATURE FI}nite ＡＢＣ H₂O ½", ["finite", "abc", "h2o", "1", "2"]),
        ("e\u0301tale İstanbul ılık Ħal", ["etale", "istanbul", "ilik", "hal"]),
        ("K-theory's $\\alpha$ **bold** C++", ["k", "theory", "s", "alpha", "bold", "c"]),
        ("機械学習 ガ", ["機", "械", "学", "習", "ガ"]),
        ("\N{HALFWIDTH KATAKANA LETTER KA}\N{HALFWIDTH KATAKANA VOICED SOUND MARK}", ["ガ"]),
        ("세미나 हिन्दी ΑΘΗΝΆΣ Москва", ["세미나", "हिन्दी", "αθηνασ", "москва"]),
        ("Əliyev Ʒofia Ɓala Қазақ Ґ", ["aliyev", "zofia", "bala", "казак", "г"]),
        ("Gel\N{MODIFIER LETTER PRIME}fand soft\N{SOFT HYPHEN}ly", ["gel", "fand", "softly"]),
        ("مُحَمَّد محـمـد فاطمة علی ٢٠٢٥", ["محمد", "محمد", "فاطمه", "علي", "2025"]),
        ("שָׁלוֹם", ["שלום"]),
        (r"Schr\"odinger, Erd\H{o}s, Poincar\'{e}", ["schrodinger", "erdos", "poincare"]),
        (r"$\mathbb{R}^n \left( \frac{a}{b} \zeta$", ["r", "n", "a", "b", "zeta"]),
        ("x" * 100, ["x" * 64]),
        ("?! ★ 😀 \x00", []),
    ],
)
def test_tokens(text: str, words: list[str]) -> None:
    assert tokens.tokens(text) == words


@given(st.text())
def test_tokens_are_letters_and_digits_and_stay_as_they_are(text: str) -> None:
    for token in tokens.tokens(text):
        assert 0 < len(token) <= tokens.MAX_TOKEN_LENGTH
        assert not set(token) & set(" \t\r\n'\"\\:*&|!()<>-+^{}" + tokens.BREAK), token
        assert token.isascii() or tokens.fold(tokens.fold(token)) == tokens.fold(token)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Non-linear e\u2010mail, O’Neil", ["nonlinear", "email", "oneil"]),
        ("Gel\N{MODIFIER LETTER PRIME}fand's $p$-adic Ĝ-3", ["gelfands", "padic", "g3"]),
        ("Ph.D. in the U.S.A., i.i.d.", ["phd", "usa", "iid"]),
        ("www.example.org on 2025-02-21. And 3.14", []),
        ("C++, c++17, C#; objc++ K#L", ["cplusplus", "csharp"]),
        ("学C++と non-linear、学non-linear", ["nonlinear", "cplusplus"]),
        ("می‌خواهم", ["ميخواهم"]),
        ("Navier–Stokes and/or 学-習", []),
    ],
)
def test_compounds(text: str, words: list[str]) -> None:
    assert tokens.compounds(text) == words


def test_initials() -> None:
    assert tokens.initials("Łukasz van Doe") == ["l·", "v·"]
    assert tokens.initials("Plato") == tokens.initials("陳省身") == tokens.initials("") == []


def _prefix(*words: str, also: tuple[Term, ...] = ()) -> Term:
    return Term(words, is_prefix=True, alternatives=also)


def _initials(*letters: str) -> Term:
    return Term(letters, alternatives=(Term(tuple(f"{one}·" for one in letters)),))


def _plural(token: str, one: str) -> Term:
    return _prefix(token, also=(Term((one,)),))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Deep nets deep", Query((_prefix("deep"), _prefix("nets", also=(Term(("net",)),))))),
        ("studies classes", Query((_plural("studies", "study"), _plural("classes", "class")))),
        ("bus physics", Query((_prefix("bus"), _plural("physics", "physic")))),
        ("Noether's analysis", Query((_prefix("noether"), _prefix("analysis")))),
        ("O'Neil", Query((_prefix("o", "neil", also=(_prefix("oneil"),)),))),
        ("J. Doe", Query((_initials("j"), _prefix("doe")))),
        ("Serre J.-P.", Query((_prefix("serre"), _initials("j", "p")))),
        ("김", Query((_prefix("김"),))),
        ('c#, "C++"', Query((Term(("csharp",)), Term(("cplusplus",))))),
        ('"Deep nets" -Erdős', Query((Term(("deep", "nets")),), (Term(("erdos",)),))),
        (
            "“deep nets” k-theory x",
            Query(
                (
                    Term(("deep", "nets")),
                    _prefix("k", "theory", also=(_prefix("ktheory"),)),
                    _initials("x"),
                )
            ),
        ),
        ('-"deep nets" "open', Query((Term(("open",)),), (Term(("deep", "nets")),))),
        ("学習 --no", Query((Term(("学", "習")),), (Term(("no",)),))),
        ("c++ & - AND", Query((Term(("cplusplus",)), _prefix("and")))),
        *((nothing, Query()) for nothing in ("", " ", "-", '"', '"" -"', "- -")),
        *((typed, Query(has_no_words=True)) for typed in ("?", "★ -", '"*"', "😀")),
    ],
)
def test_queries(typed: str, expected: Query) -> None:
    assert query.parse(typed) == expected


@pytest.mark.parametrize(
    ("typed", "text", "marked"),
    [
        ("erdos deep", "Erdős on deeper, shallow", ["Erdős", "deeper"]),
        ('"deep learning" learn', "Deep learning, learned deep", ["Deep learning", "learned"]),
        ("学習", "機械学習の学", ["学習"]),
        ("k-theory", "K–theory of K theories", ["K–theory"]),
        ("finite", "\N{LATIN SMALL LIGATURE FI}nite e\u0301t", ["\N{LATIN SMALL LIGATURE FI}nite"]),
        ("etale", "An e\u0301tale map", ["e\u0301tale"]),
        ("nonlinear", "Non-linear, nonlinear, non linear", ["Non-linear", "nonlinear"]),
        ("non-linear", "Nonlinear, non linear", ["Nonlinear", "non linear"]),
        ("c++", "C and C++ in C#, 学C++", ["C++", "C++"]),
        ("gelfand", "Gel\N{MODIFIER LETTER PRIME}fand’s", ["Gel\N{MODIFIER LETTER PRIME}fand’s"]),
        ("manifolds", "A manifold of manifoldness", ["manifold"]),
        ("softly", "soft\N{SOFT HYPHEN}ly", ["soft\N{SOFT HYPHEN}ly"]),
        ("nothing", "of it", []),
    ],
)
def test_matches_are_located_in_the_text_as_written(
    typed: str, text: str, marked: list[str]
) -> None:
    spans = highlight.spans(text, query.parse(typed).required)
    assert [text[start:end] for start, end in spans] == marked


@pytest.mark.parametrize(
    "typed",
    [
        "deep learning",
        "k-theory",
        '"k theory" -not',
        "J. Doe",
        "c++ -c#",
        "O'Neil's graphs",
        "김",
    ],
)
def test_a_query_can_be_typed_again(typed: str) -> None:
    given = query.parse(typed)
    assert query.parse(query.as_typed(given)) == given


@pytest.mark.parametrize("piece", ["a\u00ad", "a\u0301", "क\u093e", "a-", "ʹa", "C+", "\\'", "学"])
def test_a_long_text_takes_no_more_than_linear_time(piece: str) -> None:
    """If a match could start at each letter, these would take more than a minute."""
    text = piece * 25_000 + " non-linear"
    assert tokens.compounds(text)[-1] == "nonlinear"
    assert highlight.spans(text, query.parse("nonlinear").required) == [(len(text) - 10, len(text))]
