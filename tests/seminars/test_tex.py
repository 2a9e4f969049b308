"""LaTeX formulas as MathML."""

import pytest

from seminars.text import tex


def inner(source: str, *, display: bool = False) -> str | None:
    """Return the content of the formula's outermost row, or None if it is unsupported."""
    formula = tex.mathml(source, display=display)
    return formula and formula[formula.index("<mrow>") + 6 : -len("</mrow></math>")]


def test_a_whole_formula() -> None:
    assert tex.mathml("a<b'", display=True) == (
        '<math display="block" alttext="a&lt;b&#x27;"><mrow><mi>a</mi><mo>&lt;</mo>'
        "<msup><mi>b</mi><mi>′</mi></msup></mrow></math>"
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\mathbb R", "<mi>ℝ</mi>"),
        (r"\mathbb{RT}", "<mrow><mi>ℝ</mi><mi>𝕋</mi></mrow>"),
        (r"\mathscr{F}", "<mrow><mi>ℱ</mi></mrow>"),
        (r"\mathcal{O}", "<mi>𝒪</mi>"),
        (r"\mathbf{x1}", "<mrow><mi>𝐱</mi><mn>𝟏</mn></mrow>"),
        (r"\boldsymbol{\alpha}", "<mrow><mi>𝜶</mi></mrow>"),
        (r"\mathrm{d}", '<mrow><mi mathvariant="normal">d</mi></mrow>'),
        (r"\textbf{a\_b}", "<mtext>a_b</mtext>"),
        (r"-1", "<mo>−</mo><mn>1</mn>"),
        (r"x \sim y", "<mi>x</mi><mo>∼</mo><mi>y</mi>"),
        (r"f : X", "<mi>f</mi><mo>:</mo><mi>X</mi>"),
        (
            r"[0, \infty)",
            (
                '<mo stretchy="false">[</mo><mn>0</mn><mo>,</mo><mi>∞</mi>'
                '<mo stretchy="false">)</mo>'
            ),
        ),
        (r"\langle x \rangle", '<mo stretchy="false">⟨</mo><mi>x</mi><mo stretchy="false">⟩</mo>'),
        (
            r"|x|",
            (
                '<mo stretchy="false" lspace="0" rspace="0">|</mo><mi>x</mi>'
                '<mo stretchy="false" lspace="0" rspace="0">|</mo>'
            ),
        ),
        (r"a\!b", '<mi>a</mi><mspace width="-0.167em"></mspace><mi>b</mi>'),
        (r"A \bigoplus B", "<mi>A</mi><mo>⨁</mo><mi>B</mi>"),
        (r"x \label{one} \nonumber", "<mi>x</mi>"),
    ],
)
def test_symbols_are_those_that_browsers_support(source: str, expected: str) -> None:
    assert inner(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            r"2\sin x",
            (
                '<mn>2</mn><mspace width="0.167em"></mspace><mi>sin</mi>'
                '<mspace width="0.167em"></mspace><mi>x</mi>'
            ),
        ),
        (r"\sin(x", '<mi>sin</mi><mo stretchy="false">(</mo><mi>x</mi>'),
        (
            r"\sin^2 x",
            ('<msup><mi>sin</mi><mn>2</mn></msup><mspace width="0.167em"></mspace><mi>x</mi>'),
        ),
        (r"\operatorname{arg\,min}", '<mo lspace="0" rspace="0">argmin</mo>'),
        (r"\arg", '<mo lspace="0" rspace="0">arg</mo>'),
        (
            r"\operatorname{d-lim}",
            (
                '<mrow><mrow><mrow><mi mathvariant="normal">d</mi><mo>−</mo>'
                '<mi mathvariant="normal">l</mi><mi mathvariant="normal">i</mi>'
                '<mi mathvariant="normal">m</mi></mrow></mrow></mrow>'
            ),
        ),
    ],
)
def test_operator_names_are_spaced(source: str, expected: str) -> None:
    assert inner(source) == expected


@pytest.mark.parametrize(
    ("source", "tag", "base"),
    [
        (r"\sum_x^y", "munderover", "<mo>∑</mo>"),
        (r"\bigcup_x^y", "munderover", '<mo movablelimits="true">⋃</mo>'),
        (r"\max_x^y", "munderover", '<mo movablelimits="true" lspace="0" rspace="0">max</mo>'),
        (
            r"\mathop{\mathrm{argmax}}_x^y",
            "munderover",
            '<mo movablelimits="true" lspace="0" rspace="0">argmax</mo>',
        ),
        (r"\int_x^y", "msubsup", "<mo>∫</mo>"),
    ],
)
def test_limits(source: str, tag: str, base: str) -> None:
    assert inner(source, display=True) == f"<{tag}>{base}<mi>x</mi><mi>y</mi></{tag}>"


@pytest.mark.parametrize("name", ["aligned", "split"])
def test_aligned_equations(name: str) -> None:
    assert inner(rf"\begin{{{name}}} a &= b \end{{{name}}}") == (
        '<mtable displaystyle="true" columnspacing="0em" rowspacing="3pt"><mtr>'
        '<mtd columnalign="right"><mi>a</mi></mtd>'
        '<mtd columnalign="left"><mi></mi><mo>=</mo><mi>b</mi></mtd></mtr></mtable>'
    )


@pytest.mark.parametrize(
    "name", ["equation", "equation*", "gather", "gather*", "gathered", "multline", "multline*"]
)
def test_displayed_equations(name: str) -> None:
    assert inner(rf"\begin{{{name}}} a \\ b \end{{{name}}}") == (
        '<mtable rowspacing="0.5em" columnspacing="1em" displaystyle="true">'
        "<mtr><mtd><mi>a</mi></mtd></mtr><mtr><mtd><mi>b</mi></mtd></mtr></mtable>"
    )


def test_leaves_contain_no_elements() -> None:
    assert inner(r"\mathrel{x^2}") == "<mrow><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></mrow>"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\color{red} x", "<mstyle><mi>x</mi></mstyle>"),
        (r"\colorbox{red}{x}", "<mpadded><mtext>x</mtext></mpadded>"),
        (r"\Huge x", "<mstyle><mi>x</mi></mstyle>"),
        (r"\hspace{999em} x", "<mspace></mspace><mi>x</mi>"),
        (r"\hspace{-9em} x", "<mspace></mspace><mi>x</mi>"),
        (r"\hspace{1em} x", '<mspace width="1em"></mspace><mi>x</mi>'),
        (r"\raise{9em}{x}", "<mpadded><mrow><mi>x</mi></mrow></mpadded>"),
    ],
)
def test_nothing_is_colored_enlarged_or_moved_far(source: str, expected: str) -> None:
    assert inner(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "",
        r"\nosuchcommand",
        r"\begin{nosuch}x\end{nosuch}",
        r"\begin{matrix}x",
        r"\end{matrix}",
        r"\left(x",
        r"x\right)",
        "a & b",
        "{",
        "}",
        "}{",
        "x_",
        "x^a^b",
        r"\frac",
        r"\def\a{x}\a",
        r"\newcommand{\a}{x}\a",
        r"\newenvironment{a}{x}{y}",
        r"\DeclareMathOperator{\a}{x}",
        r"\href{https://e.org}{x}",
        r"\class{c}{x}",
        r"\style{color:red}{x}",
        r"\unicode{x202e}",
        "x" * (tex.MAX_FORMULA + 1),
        "{" * (tex.MAX_BRACES + 1) + "}" * (tex.MAX_BRACES + 1),
        r"\sqrt" * 300 + "x",
        r"\left(" * 200 + r"\right)" * 200,
        r"\color{red}" * 180,
    ],
)
def test_unsupported_formulas(source: str) -> None:
    assert tex.mathml(source, display=False) is None
