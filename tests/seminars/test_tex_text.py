"""Formulas as plain text in Unicode."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seminars.text.tex_text import unicode, without_formulas


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"x", "x"),
        (r"x^2 \le \frac{a}{b}", "x² ≤ a/b"),
        (r"\frac{a+b}{2c}", "(a+b)/(2c)"),
        (r"\frac12 x", "(1/2)x"),
        (r"\tfrac{1}{2} + 1", "1/2 + 1"),
        (r"\mathbb{R}^n", "ℝⁿ"),
        (r"\mathbb E[X\mid Y]", "𝔼[X ∣ Y]"),
        (r"\mathcal{O}_X", "𝒪_X"),
        (r"\mathfrak{g}", "𝔤"),
        (r"\alpha+\beta=-1", "α + β = −1"),
        (r"e^{-\lambda t}", "e^(−λt)"),
        (r"10^{-3}", "10⁻³"),
        (r"x_{i+1}", "xᵢ₊₁"),
        (r"x_{A}", "x_A"),
        (r"2^{2^n}", "2^(2ⁿ)"),
        (r"\|u\|_{L^2}\leq C", "‖u‖_(L²) ≤ C"),
        (r"\sum_{i=1}^{n} x_i", "∑ᵢ₌₁ⁿ xᵢ"),
        (r"\int_0^1 f(x)\,dx", "∫₀¹ f(x) dx"),
        (r"\lim_{n\to\infty} a_n", "lim_(n→∞) aₙ"),
        (r"O(n \log n)", "O(n log n)"),
        (r"2\sin x", "2 sin x"),
        (r"\max_{k} a_k", "maxₖ aₖ"),
        (r"f\colon X\to Y", "f: X → Y"),
        (r"\{x\in X : x>0\}", "{x ∈ X : x > 0}"),
        (r"a \not\in B", "a ∉ B"),
        (r"a \ne b", "a ≠ b"),
        (r"\sqrt{x+1}", "√(x+1)"),
        (r"\sqrt[3]{2}", "∛2"),
        (r"\binom{n}{k}", "(n choose k)"),
        (r"x \equiv 1 \pmod{n}", "x ≡ 1 (mod n)"),
        (r"\hat{f}", "f̂"),
        (r"\dot x = f(x,y)", "ẋ = f(x, y)"),
        (r"{\rm Hom}(A,B)", "Hom(A, B)"),
        (r"\mathrm{GL}_n(\mathbb{Z})", "GLₙ(ℤ)"),
        (r"\operatorname{Spec} A", "Spec A"),
        (r"p\text{-adic}", "p-adic"),
        (r"\left(\frac12\right)", "(1/2)"),
        (r"\left.x\right|_0", "x|₀"),
        (r"f'(x)", "f′(x)"),
        (r"90^\circ", "90°"),
        (r"(-1)^n", "(−1)ⁿ"),
        (r"1, 2, \ldots, n", "1, 2, …, n"),
        (r"\$5", "$5"),
        (r"语^2", "语²"),
    ],
)
def test_formulas(tex: str, text: str) -> None:
    assert unicode(tex) == text


@pytest.mark.parametrize(
    "tex",
    [
        *(r"\begin{matrix}a&b\end{matrix}", "a & b", r"a \\ b", r"\unknown", r"\overline{AB}"),
        *("x}y", "{x", "x^", r"\frac{a}", r"\sqrt[3", "^", r"\hat", r"\text{$x$}", r"\not ab", ""),
        *("x" * 501, "{" * 50 + "}" * 50, r"\bm" * 160 + "x", "\\"),
    ],
)
def test_what_has_no_plain_text_is_refused(tex: str) -> None:
    assert unicode(tex) is None


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        (r"On $L^2$ estimates in $\mathbb{R}^3$", "On L² estimates in ℝ³"),
        (r"A \(x_1\) b", "A x₁ b"),
        (r"$p$-adic", "p-adic"),
        (r"\(\unknown\)", r"\(\unknown\)"),
        *((same, same) for same in ("$5 and $10", "US$ 5", "5$", "$$", "$ x $", r"\$x$", "C#")),
    ],
)
def test_titles(typed: str, text: str) -> None:
    assert without_formulas(typed) == text


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [r"\frac", r"\sqrt", "[", "]", "{", "}", "^", "_", r"\not", r"\hat", r"\text"]
            ),
            st.sampled_from(
                [r"\left", ".", "&", "\\", r"\mathbb", r"\log", ",", "-", "x", "1", " "]
            ),
            st.text(max_size=3),
        )
    ).map("".join)
)
def test_any_text_gives_one_line_or_none(tex: str) -> None:
    text = unicode(tex)
    assert text is None or (text.strip() == text and "\n" not in text)
