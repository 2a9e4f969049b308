"""Markdown with formulas as HTML and as plain text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seminars.text import markup

LINK = 'rel="nofollow noopener noreferrer"'


def formula(inner: str, source: str, display: str = "inline") -> str:
    """Return the element that a formula becomes."""
    return f'<math display="{display}" alttext="{source}"><mrow>{inner}</mrow></math>'


X = formula("<mi>x</mi>", "x")
X_DISPLAYED = formula("<mi>x</mi>", "x", "block")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", ""),
        ("One *two* **three** `four`", "One <em>two</em> <strong>three</strong> <code>four</code>"),
        ("one\ntwo\\\nthree", "one\ntwo<br>\nthree"),
        ("[us](https://e.org/a_(b))", f'<a href="https://e.org/a_(b)" {LINK}>us</a>'),
        ("<me@e.org>", f'<a href="mailto:me@e.org" {LINK}>me@e.org</a>'),
        ("![a *cat*](https://e.org/cat.png)", "a cat"),
        ("[![cat](https://e.org/c)](https://e.org)", f'<a href="https://e.org" {LINK}>cat</a>'),
        ("    pasted with spaces before it", "pasted with spaces before it"),
        ("a < b & c", "a &lt; b &amp; c"),
    ],
)
def test_words(source: str, expected: str) -> None:
    assert markup.html(source) == (f"<p>{expected}</p>\n" if expected else "")


def test_blocks() -> None:
    source = "- a\n- b\n  1. c\n\n---\n\n> d\n\n```py\ne < f\n```\n\n3. g\n"
    assert markup.html(source) == (
        "<ul>\n<li>a</li>\n<li>b\n<ol>\n<li>c</li>\n</ol>\n</li>\n</ul>\n<hr>\n"
        "<blockquote>\n<p>d</p>\n</blockquote>\n<pre><code>e &lt; f\n</code></pre>\n"
        '<ol start="3">\n<li>g</li>\n</ol>\n'
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# a\n\n## b\n\n### c", "<h3>a</h3>\n<h4>b</h4>\n<h5>c</h5>\n"),
        ("### a\n\n##### b\n\n### c", "<h3>a</h3>\n<h4>b</h4>\n<h3>c</h3>\n"),
        (
            "# a\n## b\n### c\n#### d\n##### e",
            "<h3>a</h3>\n<h4>b</h4>\n<h5>c</h5>\n<h6>d</h6>\n<h6>e</h6>\n",
        ),
    ],
)
def test_headings_start_below_the_pages_without_gaps(source: str, expected: str) -> None:
    assert markup.html(source) == expected


@pytest.mark.parametrize("source", ["$x$", r"\(x\)"])
def test_a_formula_in_a_line(source: str) -> None:
    assert markup.html(f"Let {source}, then") == f"<p>Let {X}, then</p>\n"


@pytest.mark.parametrize("source", ["$$x$$", "$$\nx\n$$", r"\[x\]", "\\[\n  x\n\\]", "  $$ x $$  "])
def test_a_formula_on_lines_of_its_own(source: str) -> None:
    assert markup.html(f"Let\n{source}\nthen") == f"<p>Let</p>\n<p>{X_DISPLAYED}</p>\n<p>then</p>\n"


def test_a_displayed_formula_in_a_line() -> None:
    assert markup.html("so $$x$$ is") == f"<p>so {X_DISPLAYED} is</p>\n"


def test_a_period_after_a_displayed_formula_stays_in_its_line() -> None:
    shown = formula("<mi>x</mi><mo>.</mo>", "x.", "block")
    assert markup.html("$$\nx\n$$.") == f"<p>{shown}</p>\n"


def test_lines_of_a_formula_are_not_lists_or_headings() -> None:
    shown = formula("<mi>a</mi><mo>−</mo><mi>b</mi>", "a\n- b\n", "block").replace('\n"', '"')
    assert markup.html("$$\na\n- b\n$$") == f"<p>{shown}</p>\n"


def test_formulas_in_a_list_and_a_quotation() -> None:
    assert markup.html("- $$\n  x\n  $$\n\n> $$\n> x\n> $$") == (
        f"<ul>\n<li>\n<p>{X_DISPLAYED}</p>\n</li>\n</ul>\n"
        f"<blockquote>\n<p>{X_DISPLAYED}</p>\n</blockquote>\n"
    )


def test_formulas_in_a_link_and_in_emphasis() -> None:
    assert markup.html("[$x$](https://e.org) *$x$*") == (
        f'<p><a href="https://e.org" {LINK}>{X}</a> <em>{X}</em></p>\n'
    )


def test_formulas_at_both_ends_of_the_text() -> None:
    assert markup.html("$x$ in 2025") == f"<p>{X} in 2025</p>\n"
    assert markup.html("in 2025 $x$") == f"<p>in 2025 {X}</p>\n"


@pytest.mark.parametrize(
    "source",
    [
        "It costs $5 and $10.",
        "US$5 to US$7",
        "$5-$10",
        "5$ or 6$",
        "a $ b $ c",
        "$$",
        "$$ $$",
        "$",
        "an open $x",
        "$$x\n\ny$$",
    ],
)
def test_money_and_lone_dollars_stay_text(source: str) -> None:
    paragraphs = "".join(f"<p>{each.strip()}</p>\n" for each in source.split("\n\n"))
    assert markup.html(source) == paragraphs
    assert markup.plain(source) == source


def test_escaped_dollars_stay_text() -> None:
    assert markup.html(r"\$x\$ and `$x$`") == "<p>$x$ and <code>$x$</code></p>\n"


def test_an_escaped_dollar_does_not_close_a_formula() -> None:
    shown = formula("<mi>x</mi><mi>$</mi><mi>y</mi>", r"x\$y")
    assert markup.html(r"$x\$y$") == f"<p>{shown}</p>\n"


@pytest.mark.parametrize(
    "source",
    [r"$\unknown x$", r"$\frac{1}{$", r"$a}{b$", r"$\left( x$", "$a & b$", r"$$\begin{nope}$$"],
)
def test_an_unsupported_formula_is_shown_in_tex(source: str) -> None:
    shown = source.replace("&", "&amp;")
    assert markup.html(source) == f"<p><code>{shown}</code></p>\n"


def test_plain_text() -> None:
    source = (
        "# Title\n\nSome *text*\nwith [a link](https://e.org), <https://e.org/ä> and"
        " <me@e.org>, `code` and\\\n$x_1*2*3$.\n\n$$\nx < y\n$$\n\n"
        "- one\n- two\n  - three\n\n  more\n\n3. four\n4. ![five](https://e.org/5)\n\n> six\n\n"
        "```\nseven\n  eight\n```\n\n---\n\n&lt;nine&gt; &amp; ten"
    )
    assert markup.plain(source) == (
        "Title\n\nSome text with a link (https://e.org), https://e.org/ä and me@e.org, code and\n"
        "$x_1*2*3$.\n\n$$x < y$$\n\n- one\n- two\n  - three\n\n  more\n\n3. four\n4. five\n\n"
        "six\n\nseven\n  eight\n\n<nine> & ten"
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[a@e.org](mailto:a@e.org)", "a@e.org"),
        ("[write](mailto:a@e.org)", "write (a@e.org)"),
        ("[https://e.org](https://e.org)", "https://e.org"),
        ("[](https://e.org)", "https://e.org"),
        ("[a](javascript:b)", "[a](javascript:b)"),
        (r"\(x\) and \[y\]", r"\(x\) and \[y\]"),
        ("a\x00b\x0bc\ud800d", "abcd"),
    ],
)
def test_plain_text_of_single_elements(source: str, expected: str) -> None:
    assert markup.plain(source) == expected


@given(st.from_regex(r"[a-zé學][^*_`$\\\[\]<>&#~|\n\r]*", fullmatch=True))
def test_a_paragraph_without_markup_takes_a_shortcut_with_the_same_result(source: str) -> None:
    """A line feed at the end disables the shortcut and changes nothing else."""
    assert markup.plain(source) == markup.plain(f"{source}\n")


@pytest.mark.parametrize(
    ("source", "max_length", "expected"),
    [
        ("*One* two\n\nthree", 13, "One two three"),
        ("*One* two\n\nthree", 12, "One two…"),
        ("One, two", 5, "One…"),
        ("One two", 7, "One two"),
        ("Unbreakable", 5, "Unbr…"),
        ("", 5, ""),
    ],
)
def test_excerpt(source: str, max_length: int, expected: str) -> None:
    assert markup.excerpt(source, max_length) == expected
    assert len(expected) <= max_length


def test_length_error() -> None:
    assert markup.length_error("x" * markup.MAX_LENGTH) == ""
    assert markup.length_error("x" * (markup.MAX_LENGTH + 1)) == (
        "This text has 50,001 characters; the maximum is 50,000."
    )


def test_a_text_that_is_too_long_is_cut_off_and_shown_as_typed() -> None:
    source = "*<b>" + "x" * markup.MAX_LENGTH
    start = "x" * (markup.MAX_LENGTH - 4)
    assert markup.html(source) == f"<p>*&lt;b&gt;{start}…</p>"
    assert markup.plain(source) == f"*<b>{start}…"


def test_formulas_beyond_the_maximum_are_shown_in_tex() -> None:
    source = "$x$ " * (markup.MAX_FORMULAS + 1)
    assert markup.html(source) == f"<p>{f'{X} ' * markup.MAX_FORMULAS}<code>$x$</code></p>\n"
