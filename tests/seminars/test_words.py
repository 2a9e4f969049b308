"""Words as they are compared, and what was typed as it is understood: text alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seminars.search import query as words
from seminars.search.query import Query, Term


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
def test_tokens(text: str, tokens: list[str]) -> None:
    assert words.tokens(text) == tokens


@given(st.text())
def test_tokens_are_letters_and_digits_and_stay_as_they_are(text: str) -> None:
    found = words.tokens(text)
    for token in found:
        assert 0 < len(token) <= words.LONGEST
        assert not set(token) & set(" \t\r\n'\"\\:*&|!()<>-+^{}" + words.BREAK), token
        assert token.isascii() or words.fold(words.fold(token)) == words.fold(token)


@pytest.mark.parametrize(
    ("text", "compounds"),
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
def test_compounds(text: str, compounds: list[str]) -> None:
    assert words.compounds(text) == compounds


def test_initials() -> None:
    assert words.initials("Łukasz van Doe") == ["l·", "v·"]
    assert words.initials("Plato") == words.initials("陳省身") == words.initials("") == []


def _open(*tokens: str, also: tuple[Term, ...] = ()) -> Term:
    return Term(tokens, is_open=True, others=also)


def _initials(*letters: str) -> Term:
    return Term(letters, others=(Term(tuple(f"{one}·" for one in letters)),))


def _plural(token: str, one: str) -> Term:
    return _open(token, also=(Term((one,)),))


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("Deep nets deep", Query((_open("deep"), _open("nets", also=(Term(("net",)),))))),
        ("studies classes", Query((_plural("studies", "study"), _plural("classes", "class")))),
        ("bus physics", Query((_open("bus"), _plural("physics", "physic")))),
        ("Noether's analysis", Query((_open("noether"), _open("analysis")))),
        ("O'Neil", Query((_open("o", "neil", also=(_open("oneil"),)),))),
        ("J. Doe", Query((_initials("j"), _open("doe")))),
        ("Serre J.-P.", Query((_open("serre"), _initials("j", "p")))),
        ("김", Query((_open("김"),))),
        ('c#, "C++"', Query((Term(("csharp",)), Term(("cplusplus",))))),
        ('"Deep nets" -Erdős', Query((Term(("deep", "nets")),), (Term(("erdos",)),))),
        (
            "“deep nets” k-theory x",
            Query(
                (
                    Term(("deep", "nets")),
                    _open("k", "theory", also=(_open("ktheory"),)),
                    _initials("x"),
                )
            ),
        ),
        ('-"deep nets" "open', Query((Term(("open",)),), (Term(("deep", "nets")),))),
        ("学習 --no", Query((Term(("学", "習")),), (Term(("no",)),))),
        ("c++ & - AND", Query((Term(("cplusplus",)), _open("and")))),
        *((nothing, Query()) for nothing in ("", " ", "-", '"', '"" -"', "- -")),
        *((vain, Query(is_vain=True)) for vain in ("?", "★ -", '"*"', "😀")),
    ],
)
def test_queries(typed: str, query: Query) -> None:
    assert words.parse(typed) == query


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
def test_where_they_stand_as_written(typed: str, text: str, marked: list[str]) -> None:
    found = words.spans(text, words.parse(typed).wanted)
    assert [text[start:end] for start, end in found] == marked


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
    given = words.parse(typed)
    assert words.parse(words.typed(given)) == given


@pytest.mark.parametrize("piece", ["a\u00ad", "a\u0301", "क\u093e", "a-", "ʹa", "C+", "\\'", "学"])
def test_a_long_text_is_read(piece: str) -> None:
    """Were each letter a start, these would take a minute and more."""
    text = piece * 25_000 + " non-linear"
    assert words.compounds(text)[-1] == "nonlinear"
    assert words.spans(text, words.parse("nonlinear").wanted) == [(len(text) - 10, len(text))]
