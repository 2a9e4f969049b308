"""LaTeX formulas as plain text in Unicode: “x² ≤ a/b”; pure functions of text."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from enum import Enum, auto
from functools import lru_cache
from typing import NamedTuple

from latex2mathml.symbols_parser import convert_symbol

# ruff: noqa: S105  (tokens are pieces of formulas)

#: The maximum length of a formula that is converted, and the maximum depth of its braces.
_MAX_LENGTH, _MAX_DEPTH = 500, 20

_TOKEN = re.compile(r"\\[a-zA-Z]+\*?|\\.|\s+|.", re.DOTALL)
#: Formulas in a line of text that is not Markdown; amounts of money are none.
_IN_TEXT = re.compile(r"(?<![\\\d$])\$([^\s$](?:[^$]*[^\s$])?)\$(?![\d$])|\\\((.+?)\\\)", re.DOTALL)

_SUPERSCRIPTS = str.maketrans(
    "0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδθφχ′*∘⊤†∗",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᶿᵠᵡ′*°ᵀ†*",
)
_SUBSCRIPTS = str.maketrans(
    "0123456789+−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ"
)
_ALPHABETS = {
    r"\mathbb": "DOUBLE-STRUCK",
    r"\Bbb": "DOUBLE-STRUCK",
    r"\mathcal": "SCRIPT",
    r"\mathscr": "SCRIPT",
    r"\mathfrak": "FRAKTUR",
}
# Letters that are missing in Unicode's mathematical alphabets because it had them before.
_OLDER = {
    "DOUBLE-STRUCK": dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)),
    "SCRIPT": dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)),
    "FRAKTUR": dict(zip("CHIRZ", "ℭℌℑℜℨ", strict=True)),
}
_COMBINING = {
    **dict.fromkeys((r"\hat", r"\widehat"), "\u0302"),
    **dict.fromkeys((r"\tilde", r"\widetilde"), "\u0303"),
    **dict.fromkeys((r"\bar", r"\overline"), "\u0304"),
    r"\vec": "\u20d7",
    r"\dot": "\u0307",
    r"\ddot": "\u0308",
    r"\check": "\u030c",
    r"\breve": "\u0306",
    r"\underline": "\u0332",
}
_LOOKS = {r"\mathbf", r"\boldsymbol", r"\bm", r"\mathit", r"\mathsf", r"\mathtt", r"\mathnormal"}
_WORDS = {r"\text", r"\mathrm", r"\textrm", r"\textit", r"\textbf", r"\mbox"}
_NAMES = {
    *("arccos", "arcsin", "arctan", "arg", "cos", "cosh", "cot", "coth", "csc", "deg", "det"),
    *("dim", "exp", "gcd", "hom", "inf", "ker", "lg", "lim", "liminf", "limsup", "ln", "log"),
    *("max", "min", "mod", "Pr", "sec", "sin", "sinh", "sup", "tan", "tanh", "bmod"),
}
_IGNORED = {
    *(r"\!", r"\left", r"\right", r"\displaystyle", r"\textstyle", r"\limits", r"\nolimits"),
    *(r"\big", r"\Big", r"\bigg", r"\Bigg", r"\bigl", r"\bigr", r"\Bigl", r"\Bigr"),
    *(r"\biggl", r"\biggr", r"\nonumber", r"\middle", r"\rm", r"\bf", r"\it", r"\sf", r"\tt"),
}
_SPACES = {r"\,", r"\;", r"\:", r"\ ", r"\quad", r"\qquad", "~", r"\>"}
#: Commands that the table of symbols lacks, or has with another character than common text.
_SYMBOLS = {
    r"\|": "‖",
    r"\mid": "∣",
    r"\vert": "|",
    r"\Vert": "‖",
    r"\setminus": "∖",
    r"\epsilon": "ε",
    r"\phi": "φ",
    r"\varphi": "φ",
    r"\langle": "⟨",
    r"\rangle": "⟩",
    r"\circ": "∘",
    r"\ast": "*",
    r"\star": "⋆",
    r"\prime": "′",
    r"\dots": "…",
    r"\cdots": "…",
    r"\emptyset": "∅",
    r"\varnothing": "∅",
    r"\lbrace": "{",
    r"\rbrace": "}",
    r"\slash": "/",
    **{rf"\{sign}": sign for sign in "{}$%&#_"},
}
_CHARACTERS = {"-": "−", "'": "′", "`": "‘"}
_TIGHT = frozenset("∂∇∞∀∃∅√∛∜∑∏∐∫∮¬|‖/~⟨⟩∠∁∄∆'′")
_BIG = frozenset("∑∏∐∫∮⋂⋃⋀⋁⨁⨂")
_ROOTS = {"3": "∛", "4": "∜"}
_ARROWS = ((0x2190, 0x21FF), (0x27F0, 0x27FF))


class _Kind(Enum):
    """How an atom is spaced."""

    PLAIN = auto()
    NAME = auto()  # such as log or ∑, apart from its argument
    SCRIPT = auto()
    FRACTION = auto()
    OPERATOR = auto()  # between two operands
    OPENING = auto()
    COMMA = auto()
    SPACE = auto()


class _Atom(NamedTuple):
    text: str
    kind: _Kind = _Kind.PLAIN


class _UnsupportedError(ValueError):
    """A formula that plain text cannot express."""


@lru_cache(maxsize=4096)
def unicode(tex: str) -> str | None:
    """Return a formula without its delimiters as one line of text, or None if it is unsupported:
    too long, or with matrices, alignments or unknown commands.
    """
    if len(tex) > _MAX_LENGTH:
        return None
    try:
        return _joined(_Parser(tex).formula()) or None
    except ValueError:
        return None


def without_formulas(text: str) -> str:
    """Return a text that is not Markdown, such as a title, with its formulas in Unicode."""
    if "$" not in text and "\\(" not in text:
        return text
    return _IN_TEXT.sub(lambda match: unicode(match[1] or match[2]) or match[0], text)


class _Parser:
    """One pass over the tokens of a formula."""

    def __init__(self, tex: str) -> None:
        self._tokens = _TOKEN.findall(tex)
        self._at = self._depth = 0

    def formula(self) -> list[_Atom]:
        atoms = list(self._until(""))
        if self._at < len(self._tokens):
            raise _UnsupportedError
        return atoms

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def _until(self, closing: str) -> Iterator[_Atom]:
        """Yield the atoms before the closing token, which is left."""
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise _UnsupportedError
        while (token := self._peek()) not in ("", "}", closing):
            yield from self._atoms(self._next()) if not token.isspace() else self._skipped()
        self._depth -= 1

    def _skipped(self) -> tuple[()]:
        self._next()
        return ()

    def _atoms(self, token: str) -> Iterator[_Atom]:
        if token == "{":
            yield from self._until("}")
            self._close("}")
        elif token in "^_":
            yield _Atom(_script(self._argument(), raised=token == "^"), _Kind.SCRIPT)
        elif token in _SPACES:
            yield _Atom(" ", _Kind.SPACE)
        elif token in _IGNORED:
            if token in (r"\left", r"\right") and self._peek() == ".":
                self._next()
        elif not token.startswith("\\"):
            if token == "&":
                raise _UnsupportedError
            yield _of_character(_CHARACTERS.get(token, token))
        elif token in _COMMANDS:
            yield from _COMMANDS[token](self, token)
        else:
            yield _of_symbol(token)

    def _close(self, closing: str) -> None:
        if self._next() != closing:
            raise _UnsupportedError

    def _argument(self) -> str:
        return _joined(self._argument_atoms(), tight=True)

    def _argument_atoms(self) -> list[_Atom]:
        while self._peek().isspace():
            self._next()
        token = self._next()
        self._depth += 1
        if token in ("", "}", "^", "_") or self._depth > _MAX_DEPTH:
            raise _UnsupportedError
        atoms = list(self._atoms(token))
        self._depth -= 1
        return atoms

    def _raw(self) -> str:
        """Return the text of an argument in braces, as it was typed."""
        self._close("{")
        text = ""
        while (token := self._next()) != "}":
            if token == "" or token in ("{", "$") or re.match(r"\\[a-zA-Z]", token):
                raise _UnsupportedError
            text += token.removeprefix("\\")
        return text

    # Commands ------------------------------------------------------------------------------------

    def fraction(self, _command: str) -> Iterator[_Atom]:
        over, under = self._argument(), self._argument()
        yield _Atom(f"{_grouped(over)}/{_grouped(under)}", _Kind.FRACTION)

    def root(self, _command: str) -> Iterator[_Atom]:
        degree = ""
        if self._peek() == "[":
            self._next()
            degree = _joined(list(self._until("]")), tight=True)
            self._close("]")
        sign = _ROOTS.get(degree) or (_script(degree, raised=True) if degree else "") + "√"
        yield _Atom(sign + _grouped(self._argument()))

    def binomial(self, _command: str) -> Iterator[_Atom]:
        yield _Atom(f"({self._argument()} choose {self._argument()})")

    def letters(self, command: str) -> Iterator[_Atom]:
        alphabet = _ALPHABETS[command]
        yield _Atom("".join(_styled(letter, alphabet) for letter in self._argument()))

    def accent(self, command: str) -> Iterator[_Atom]:
        base = self._argument()
        if len(base) != 1:
            raise _UnsupportedError
        yield _Atom(unicodedata.normalize("NFC", base + _COMBINING[command]))

    def look(self, _command: str) -> Iterator[_Atom]:
        yield from self._argument_atoms()

    def words(self, _command: str) -> Iterator[_Atom]:
        yield _Atom(self._raw())

    def operator(self, _command: str) -> Iterator[_Atom]:
        yield _Atom(self._raw().replace(",", ""), _Kind.NAME)

    def name(self, command: str) -> Iterator[_Atom]:
        yield _Atom("mod" if command == r"\bmod" else command[1:], _Kind.NAME)

    def modulo(self, _command: str) -> Iterator[_Atom]:
        yield _Atom(" ", _Kind.SPACE)
        yield _Atom(f"(mod {self._argument()})")

    def colon(self, _command: str) -> Iterator[_Atom]:
        yield _Atom(":", _Kind.COMMA)

    def negation(self, _command: str) -> Iterator[_Atom]:
        (negated,) = self._argument_atoms() or [_Atom("")]
        text = unicodedata.normalize("NFC", negated.text + "\u0338")
        if len(text) != 1:
            raise _UnsupportedError
        yield _Atom(text, negated.kind)


_COMMANDS: dict[str, Callable[[_Parser, str], Iterator[_Atom]]] = {
    **dict.fromkeys((r"\frac", r"\dfrac", r"\tfrac", r"\cfrac"), _Parser.fraction),
    **dict.fromkeys((r"\binom", r"\dbinom", r"\tbinom"), _Parser.binomial),
    **dict.fromkeys(_ALPHABETS, _Parser.letters),
    **dict.fromkeys(_COMBINING, _Parser.accent),
    **dict.fromkeys(_LOOKS, _Parser.look),
    **dict.fromkeys(_WORDS, _Parser.words),
    **dict.fromkeys((r"\operatorname", r"\operatorname*"), _Parser.operator),
    **{f"\\{name}": _Parser.name for name in _NAMES},
    r"\sqrt": _Parser.root,
    r"\pmod": _Parser.modulo,
    r"\not": _Parser.negation,
    r"\colon": _Parser.colon,
}


def _of_symbol(command: str) -> _Atom:
    if text := _SYMBOLS.get(command):
        return _of_character(text)
    code = convert_symbol(command)
    if not code or not re.fullmatch("[0-9A-F]{5}", code):
        raise _UnsupportedError
    return _of_character(chr(int(code, 16)))


def _of_character(text: str) -> _Atom:
    if text in _BIG:
        return _Atom(text, _Kind.NAME)
    if text in "([{⌈⌊⟨":
        return _Atom(text, _Kind.OPENING)
    if text in ",;":
        return _Atom(text, _Kind.COMMA)
    is_arrow = any(low <= ord(text) <= high for low, high in _ARROWS)
    if text not in _TIGHT and (is_arrow or unicodedata.category(text) == "Sm" or text in "·*⋆:"):
        return _Atom(text, _Kind.OPERATOR)
    return _Atom(text)


def _joined(atoms: list[_Atom], *, tight: bool = False) -> str:
    """Return the atoms as text, spaced as TeX does; `tight`: as in scripts, with few spaces."""
    text = ""
    before = _Atom("", _Kind.OPENING)
    for at, atom in enumerate(atoms):
        is_sign = before.kind in (_Kind.OPENING, _Kind.OPERATOR, _Kind.COMMA, _Kind.NAME)
        operates = atom.kind is _Kind.OPERATOR and not is_sign and not tight
        if (operates or _is_apart(before, atom, tight=tight)) and not text.endswith(" "):
            text += " "
        after = atoms[at + 1] if at + 1 < len(atoms) else _Atom("")
        is_factor = atom.kind is _Kind.FRACTION and (_is_operand(before) or _is_operand(after))
        text += f"({atom.text})" if is_factor else atom.text
        text += " " if operates else ""
        if atom.kind is _Kind.OPERATOR and is_sign:
            before = _Atom(atom.text, _Kind.OPENING)
        elif atom.kind is not _Kind.SCRIPT:
            before = atom
    return " ".join(text.split())


def _is_apart(before: _Atom, atom: _Atom, *, tight: bool) -> bool:
    """Whether a space separates two atoms besides those around operators."""
    if atom.kind is _Kind.SCRIPT:
        return False
    if before.kind is _Kind.NAME:
        is_letter = atom.text[:1].isalnum() or atom.kind is _Kind.FRACTION
        return atom.kind in (_Kind.OPERATOR, _Kind.NAME) or is_letter
    if before.kind is _Kind.COMMA:
        return not tight
    return atom.kind is _Kind.NAME and before.kind not in (_Kind.OPENING, _Kind.OPERATOR)


def _is_operand(atom: _Atom) -> bool:
    """Whether the atom next to a fraction would seem to be a part of it."""
    if atom.kind is _Kind.PLAIN:
        return atom.text[:1].isalnum()
    return atom.kind in (_Kind.SCRIPT, _Kind.FRACTION)


def _script(text: str, *, raised: bool) -> str:
    """Return a superscript or subscript: “²”, or “^(a/b)” if Unicode has no such characters."""
    table = _SUPERSCRIPTS if raised else _SUBSCRIPTS
    if text and all(ord(letter) in table for letter in text):
        return text.translate(table)
    return f"{'^' if raised else '_'}{_grouped(text)}"


def _grouped(text: str) -> str:
    """Return the text in parentheses, unless it is one number, letter or word."""
    is_one = len(text) == 1 or text.isalpha() or re.fullmatch(r"[\d.]+|\([^()]*\)", text)
    return text if is_one else f"({text})"


def _styled(letter: str, alphabet: str) -> str:
    """Return the letter in one of Unicode's mathematical alphabets; others as they are."""
    if older := _OLDER[alphabet].get(letter):
        return older
    name = re.sub(r"LATIN (\w+) LETTER|DIGIT", r"\1", unicodedata.name(letter, "")).strip()
    kind = "DIGIT " if letter.isdigit() else ""
    try:
        return unicodedata.lookup(f"MATHEMATICAL {alphabet} {kind}{name}")
    except KeyError:
        return letter
