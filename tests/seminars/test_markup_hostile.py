"""Whatever is typed into an abstract, pages that show it remain intact and harmless."""

import re
import time
from html.parser import HTMLParser

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seminars.text import markup

NONE: frozenset[str] = frozenset()
MARKDOWN: dict[str, frozenset[str]] = {
    "a": frozenset({"href", "rel"}),
    "ol": frozenset({"start"}),
    **dict.fromkeys(("blockquote", "br", "code", "em", "h3", "h4", "h5", "h6"), NONE),
    **dict.fromkeys(("hr", "li", "p", "pre", "strong", "ul"), NONE),
}
MATHS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("mrow", "mn", "mtext", "msqrt", "mroot", "mtr", "mphantom"), NONE),
    **dict.fromkeys(("msub", "msup", "msubsup"), NONE),
    "math": frozenset({"display", "alttext"}),
    "menclose": frozenset({"notation"}),
    "mfrac": frozenset({"linethickness"}),
    "mi": frozenset({"mathvariant"}),
    "mo": frozenset({"fence", "form", "largeop", "lspace", "maxsize", "minsize"})
    | {"movablelimits", "rspace", "separator", "stretchy"},
    "mover": frozenset({"accent"}),
    "mpadded": frozenset({"width", "height", "depth", "lspace"}),
    "mspace": frozenset({"width", "height", "depth"}),
    "mstyle": frozenset({"displaystyle", "scriptlevel"}),
    "mtable": frozenset({"columnlines", "columnspacing", "displaystyle"})
    | {"rowlines", "rowspacing"},
    "mtd": frozenset({"columnalign"}),
    "munder": frozenset({"accentunder"}),
    "munderover": frozenset({"accent", "accentunder"}),
}
ALLOWED = {**MARKDOWN, **MATHS}
VOID = {"br", "hr"}
LEAVES = {"mi", "mn", "mo", "mtext"}

# A parser that follows the HTML standard, as browsers do, and removes nothing.
REPARSED = nh3.Cleaner(
    tags=set(ALLOWED), attributes=ALLOWED, link_rel=None, url_relative="pass_through"
)


class Checked(HTMLParser):
    """A parser that fails on anything that should not be in the output."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED
        assert {name for name, _value in attrs} <= ALLOWED[tag]
        assert tag not in MATHS or tag == "math" or self.open[-1] in set(MATHS) - LEAVES
        assert tag not in MARKDOWN or not set(MATHS) & set(self.open)
        for name, value in attrs:
            if name == "href":
                assert re.match(r"(?:https?://|mailto:)", value or "", re.IGNORECASE)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)


def check(source: str) -> str:
    """Return the HTML of the source after checking that it is well-formed, allowed and stable."""
    html = markup.html(source)
    checked = Checked()
    checked.feed(html)
    checked.close()
    assert checked.open == []
    assert REPARSED.clean(html) == html
    for text in (html, markup.plain(source), markup.excerpt(source)):
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", text)
    return html


FRAGMENTS = [
    *("$", "$$", r"\(", r"\)", r"\[", r"\]", "{", "}", "\\", "\\\\", "&", "%", "#", "_", "^", "'"),
    *("<", ">", '"', "`", "```", "*", "**", "[", "](", ")", "!", "- ", "> ", "# ", "    ", "\n"),
    *("\n\n", " ", "x", "1", "&lt;", "&#60;", "&#x3c;", "&#0;", "&colon;", "\x00", "\ud800", "\t"),
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>"),
    *("<math>", "</math>", "<mtext>", "<mglyph>", "<malignmark>", "<style>", "</style>"),
    *("<annotation-xml encoding='text/html'>", "<foreignObject>", "<title>", "<table>", "</p>"),
    *("<!--", "-->", "<![CDATA[", "]]>", "<?", "<noscript>", "<textarea>", "<template>", "</td>"),
    *("javascript:alert(1)", "JAVASCRIPT&colon;x", "data:text/html,x", "//e.org", "https://e.org"),
    *("[x](javascript:alert(1))", "<javascript:alert(1)>", "[x]: javascript:alert(1)", "[x]"),
    *(
        r"\text{",
        r"\text{<script>alert(1)</script>}",
        r"\href{javascript:alert(1)}{x}",
        r"\mathop{",
    ),
    *(
        r"\class{x onclick=alert(1)}{y}",
        r"\style{x}{y}",
        r"\unicode{x3c}",
        r"\mathrel{",
        r"\mathord{",
    ),
    *(
        r"\def\a{\a\a}",
        r"\a",
        r"\newcommand{\b}{\b}",
        r"\mathchoice",
        r"\verb|<b>|",
        r"\color{",
        "|",
    ),
    *(r"\begin{matrix}", r"\end{matrix}", r"\begin{", r"\left(", r"\right)", r"\left<", r"\frac"),
    *(
        r"\sqrt",
        r"\sum",
        r"\limits",
        r"\mbox{",
        r"\hbox{<b>$",
        r"\tag{",
        r"\operatorname{",
        r"\not",
    ),
    *(
        r"\colorbox{red}{",
        r"\rule{1em}{1em}",
        r"\hspace{1em}",
        r"\boxed{",
        r"\xrightarrow[",
        r"\over",
    ),
]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join))
@settings(max_examples=400, deadline=None)
def test_fragments_of_attacks(source: str) -> None:
    check(source)


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join))
@settings(max_examples=400, deadline=None)
def test_fragments_of_attacks_in_a_formula(source: str) -> None:
    check(f"\\({source}\\)")


@given(st.text(st.characters(codec=None, exclude_categories=())))
@settings(max_examples=200, deadline=None)
def test_any_text(source: str) -> None:
    check(source)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("[a](javascript:b)", "[a](javascript:b)"),
        ("[a](JaVaScRiPt:b)", "[a](JaVaScRiPt:b)"),
        ("[a](&#106;avascript:b)", "[a](javascript:b)"),
        ("[a](javascript&colon;b)", "[a](javascript:b)"),
        ("[a](vbscript:b)", "[a](vbscript:b)"),
        ("[a](data:text/html,b)", "[a](data:text/html,b)"),
        ("[a](//e.org)", "[a](//e.org)"),
        ("[a](/admin/logout/)", "[a](/admin/logout/)"),
        ("<javascript:b>", "&lt;javascript:b&gt;"),
        ("![a](javascript:b)", "![a](javascript:b)"),
        (
            '[a](https://e.org "x\\" onclick=b")',
            '<a href="https://e.org" rel="nofollow noopener noreferrer">a</a>',
        ),
        (
            '[a](https://e.org/"onclick=b)',
            '<a href="https://e.org/%22onclick=b" rel="nofollow noopener noreferrer">a</a>',
        ),
        (
            r"$\text{<script>x</script>}$",
            (
                r'<math display="inline" alttext="\text{&lt;script&gt;x&lt;/script&gt;}"><mrow>'
                "<mtext>&lt;script&gt;x&lt;/script&gt;</mtext></mrow></math>"
            ),
        ),
        (
            r"$\text{&lt;b&gt;&#60;i>}$",
            (
                r'<math display="inline" alttext="\text{&amp;lt;b&amp;gt;&amp;#60;i&gt;}"><mrow>'
                "<mtext>&lt;b&gt;&lt;i&gt;</mtext></mrow></math>"
            ),
        ),
        (
            r"$\href{javascript:alert(1)}{x}$",
            r"<code>$\href{javascript:alert(1)}{x}$</code>",
        ),
        (
            r'$\class{a" onclick="b}{x}$',
            r'<code>$\class{a" onclick="b}{x}$</code>',
        ),
    ],
)
def test_known_attacks(source: str, expected: str) -> None:
    assert check(source) == f"<p>{expected}</p>\n"


@pytest.mark.parametrize(
    "source",
    [
        r"$\text{<style><img src=x onerror=alert(1)></style>}$",
        r"$\text{<mglyph><style><!--</style><img title='-->&lt;img src=1 onerror=alert(1)>'>}$",
        r"$\mathop{\text{<annotation-xml encoding='text/html'><svg><foreignObject>}}$",
        r"$\mathrel{\text{</mo></math><style>}}$",
        r'$\text{"}\color{x" onclick="alert(1)} y$',
        "$" + r"\begin{array}{c\" onclick=\"x}a\end{array}" + "$",
    ],
)
def test_structures_that_change_when_parsed_again(source: str) -> None:
    check(source)


REPEATED = [
    *("[", "]", "(", "{", "}", "$", "$$", ">", "*", "_", "`", "<", "&", "\\", "#", "-", "~", "|"),
    *("- ", "> ", "1. ", "-\n", "> a\n", "  - a\n", "[a](", "![", "[[]]", "*a_", "*a**", "`a``"),
    *("\\(", "\\[", "\\[\n", "\\(a", "$a ", "$\\$", "$$a\n", "$a$ ", "\\(a\\) ", "$a$b", "$${"),
    *("[a]: b\n", "[a]:\n", "<http://", "<!--", "a\n", "\n", "\x00", "&#x", "\\left(", "\\sqrt"),
    *("${{{}}}$ ", "$\\frac12$ ", "$\\def\\a{\\a\\a}\\a$ ", "$" + "\\hat" * 400 + "a$ "),
    *("$" + "{" * 30 + "}" * 30 + "$ ", "$x" + "'" * 1900 + "$ ", "$" + "x'" * 990 + "$ "),
    *("$" + "a" * 1990 + "$ ", "$" + "\\color{red}" * 180 + "$ ", "$" + "\\Huge " * 330 + "$ "),
    *("$\\operatorname{" + " " * 1900 + "$ ", "$\\begin{matrix}" + "&" * 1900 + "\\end{matrix}$ "),
]


@pytest.mark.parametrize("fragment", REPEATED)
@pytest.mark.parametrize("length", [markup.MAX_LENGTH, 1_000_000])
def test_long_repetitions_are_rendered_in_time(fragment: str, length: int) -> None:
    source = (fragment * (length // len(fragment) + 1))[:length]
    start = time.process_time()
    html, plain = markup.html(source), markup.plain(source)
    # Most take a tenth of this; a quadratic step would take minutes.
    assert time.process_time() - start < 5
    assert len(html) < 40 * markup.MAX_LENGTH
    assert len(plain) < 40 * markup.MAX_LENGTH


def test_nested_blocks_stay_shallow() -> None:
    deep = 0
    for tag in re.findall(r"</?blockquote>", check(">" * 5000 + " a")):
        deep += 1 if tag == "<blockquote>" else 0
    assert deep < 30
