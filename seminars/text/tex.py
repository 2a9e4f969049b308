"""LaTeX formulas as MathML. Pure text in, pure text out; no file, network or database."""

import html
import re
import unicodedata
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from latex2mathml import commands
from latex2mathml.converter import Converter
from latex2mathml.symbols_parser import convert_symbol

#: The longest formula that is typeset, in characters.
MAX_FORMULA = 2_000
#: How deep braces may nest in a formula.
MAX_BRACES = 30
#: How deep MathML elements may nest; HTML parsers flatten a tree that is deeper than 512.
MAX_DEPTH = 100

# Macros can grow without end; the others write addresses, styles and any character that they like.
_REFUSED = re.compile(
    r"\\(?:def|newcommand|newenvironment|DeclareMathOperator|href|class|style|unicode)(?![a-zA-Z])"
)
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{\s*([^}]*?)\s*\}")
_ENVIRONMENTS = {command.removeprefix("\\") for command in commands.MATRICES}
_SAME_ENVIRONMENT = {
    "align": "align*",  # a lone equation number means nothing in an abstract
    "aligned": "split",
    "dcases": "cases",
    **dict.fromkeys(("equation", "equation*", "gather", "gather*", "gathered"), "displaylines"),
    **dict.fromkeys(("multline", "multline*"), "displaylines"),
}
# The converter reads \mathrm{d} as the plain letter, which a browser slants; a space prevents it.
_UPRIGHT_LETTER = re.compile(r"\\mathrm\{(?=[a-zA-Z]\})")
_OPERATOR_NAME = re.compile(r"\\operatorname(\*?)\s*\{([^{}]*)\}|\\(arg)(?![a-zA-Z])")
_NAME_SPACE = re.compile(r"\\[,;:! ]|[~\s]")
_WITHOUT_MEANING = re.compile(r"\\(?:nonumber|notag)(?![a-zA-Z])|\\label\s*\{[^{}]*\}")

_LENGTH = re.compile(r"(?:-?(?:[01]|[01]?\.\d{1,3})|[2-9](?:\.\d{1,3})?)(?:em|ex|px|pt)?")
_TRUTH = re.compile(r"true|false")
_LINES = re.compile(r"(?:none|solid|dashed)(?: (?:none|solid|dashed))*")
_SPACES = re.compile(r"\d(?:\.\d{1,4})?(?:em|pt)(?: \d(?:\.\d{1,4})?(?:em|pt))*")

#: Each element that is written, each of its attributes, and what that one may say.
#: MathML Core 1.0; nothing that links, runs, colours or moves text over other text.
ELEMENTS: dict[str, dict[str, re.Pattern[str]]] = {
    "math": {"display": re.compile("block|inline"), "alttext": re.compile(".*", re.DOTALL)},
    "mrow": {},
    "mi": {"mathvariant": re.compile("normal")},
    "mn": {},
    "mo": {
        "fence": _TRUTH,
        "form": re.compile("prefix|infix|postfix"),
        "largeop": _TRUTH,
        "lspace": _LENGTH,
        "maxsize": _LENGTH,
        "minsize": _LENGTH,
        "movablelimits": _TRUTH,
        "rspace": _LENGTH,
        "separator": _TRUTH,
        "stretchy": _TRUTH,
    },
    "mtext": {},
    "mspace": {"width": _LENGTH, "height": _LENGTH, "depth": _LENGTH},
    "mfrac": {"linethickness": _LENGTH},
    "msqrt": {},
    "mroot": {},
    "msub": {},
    "msup": {},
    "msubsup": {},
    "munder": {"accentunder": _TRUTH},
    "mover": {"accent": _TRUTH},
    "munderover": {"accent": _TRUTH, "accentunder": _TRUTH},
    "mtable": {
        "columnlines": _LINES,
        "columnspacing": _SPACES,
        "displaystyle": _TRUTH,
        "rowlines": _LINES,
        "rowspacing": _SPACES,
    },
    "mtr": {},
    "mtd": {"columnalign": re.compile("left|center|right")},
    "mstyle": {"displaystyle": _TRUTH, "scriptlevel": re.compile("[012]")},
    "mpadded": {"width": _LENGTH, "height": _LENGTH, "depth": _LENGTH, "lspace": _LENGTH},
    "mphantom": {},
    "menclose": {"notation": re.compile("box|[a-z]+strike(?: [a-z]+strike)?")},
}

_LEAVES = {"mi", "mn", "mo", "mtext"}
_LIMITS = frozenset("∑∏∐⋂⋃⋀⋁⨀⨁⨂⨄⨆") | {"lim", "max", "min", "sup", "inf"}
_AS_LIMITS = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
_SCRIPTED = {*_AS_LIMITS, *_AS_LIMITS.values()}
_ROWS = {"mrow", "mstyle", "mtd", "msqrt", "mpadded", "mphantom", "menclose"}
_LETTERS = frozenset("∞∅…⋯⋮⋱")
_TIGHT = frozenset("|‖∥/")
_FENCES = frozenset("{}⌊⌋⌈⌉⟨⟩|‖")
_OPERATORS = frozenset(":;⟂±•⧵†‡¬◁▷⌣⌢·") | _FENCES
_AS_DRAWN = {"-": "−", r"\{": "{", r"\}": "}", r"\|": "‖"}
_SPACE_WIDTHS = {
    "negativethinmathspace": "-0.167em",
    "negativemediummathspace": "-0.222em",
    "negativethickmathspace": "-0.278em",
    "thinmathspace": "0.167em",
    "thickmathspace": "0.278em",
}
_OPERATOR_BLOCKS = ((0x223C, 0x223C), (0x27F0, 0x27FF), (0x2900, 0x297F), (0x2A00, 0x2AFF))
_ALPHABETS = {
    "bold": "BOLD",
    "bold-italic": "BOLD ITALIC",
    "double-struck": "DOUBLE-STRUCK",
    "fraktur": "FRAKTUR",
    "italic": "ITALIC",
    "monospace": "MONOSPACE",
    "sans-serif": "SANS-SERIF",
    "sans-serif-italic": "SANS-SERIF ITALIC",
    "script": "SCRIPT",
}
# Letters that Unicode had before its mathematical alphabets, so that these have a gap there.
_OLDER = {"DOUBLE-STRUCK": "mathbb", "SCRIPT": "mathcal", "FRAKTUR": "mathfrak", "ITALIC": "mathit"}


class _NotTypesetError(ValueError):
    """A formula that cannot be shown as one."""


def mathml(tex: str, *, display: bool) -> str | None:
    """`tex`, without its dollars, as one `<math>` element; None where it cannot be typeset.

    That is: too long, too deep, unbalanced, with a command or an environment that is not known,
    or one of those that define macros or write addresses, classes, styles or single code points.
    Never raises.
    """
    try:
        tree = Converter(display="block" if display else "inline").convert_to_element(_checked(tex))
        _repair(tree, 0)
        tree.set("alttext", tex)
        return "".join(_written(tree))
    except Exception:
        # The converter raises whatever Python does on odd input (KeyError, StopIteration,
        # RecursionError ...); all of it means the same to the reader.
        return None


def _checked(tex: str) -> str:
    """The formula in the words that the converter knows; raises where it should not be tried."""
    if len(tex) > MAX_FORMULA or _REFUSED.search(tex):
        raise _NotTypesetError
    depth = 0
    for mark in _BRACE.findall(tex):
        depth += {"{": 1, "}": -1}.get(mark, 0)
        if not 0 <= depth <= MAX_BRACES:
            raise _NotTypesetError
    if depth:
        raise _NotTypesetError
    for pattern, words in (
        (_WITHOUT_MEANING, " "),
        (_ENVIRONMENT, _environment),
        (_OPERATOR_NAME, _operator_name),
        (_UPRIGHT_LETTER, r"\\mathrm{ "),
    ):
        tex = pattern.sub(words, tex)
    return tex


def _operator_name(match: re.Match[str]) -> str:
    """A name in the one form that the converter reads: letters alone."""
    name = _NAME_SPACE.sub("", match[3] or match[2])
    if re.fullmatch("[a-zA-Z]+", name):
        return rf"\operatorname{match[1] or ''}{{{name}}}"
    return rf"\mathop{{\mathrm{{{match[2]}}}}}"


def _environment(match: re.Match[str]) -> str:
    name = _SAME_ENVIRONMENT.get(match[2], match[2])
    if name not in _ENVIRONMENTS:
        raise _NotTypesetError
    return rf"\{match[1]}{{{name}}}"


def _repair(element: Element, depth: int) -> None:
    """Brings what the converter wrote to what browsers draw (MathML Core 1.0)."""
    if depth > MAX_DEPTH:
        raise _NotTypesetError
    element.text = html.unescape(element.text or "")
    if element.tag == "mspace" and element.get("width") in _SPACE_WIDTHS:
        element.set("width", _SPACE_WIDTHS[element.attrib["width"]])
    if element.tag in _LEAVES and len(element):
        _flatten(element)
    if element.tag in _LEAVES:
        _repair_leaf(element)
    for child in element:
        _repair(child, depth + 1)
    if element.tag in _AS_LIMITS and _takes_limits(element[0]):
        element[0].set("movablelimits", "true")
        element.tag = _AS_LIMITS[element.tag]
    if element.tag in _ROWS:
        _space_names(element)


def _flatten(leaf: Element) -> None:
    """Leaves hold text alone: HTML parsers take elements in them for HTML ones (section 13.2.6)."""
    words = "".join(html.unescape(text) for text in leaf.itertext())
    if leaf.tag == "mo" and words.isalpha():
        leaf[:] = []
        leaf.text = words
        leaf.set("movablelimits", "true")
    else:
        leaf.tag = "mrow"


def _repair_leaf(leaf: Element) -> None:
    text = leaf.text or ""
    if leaf.tag == "mtext":
        leaf.text = re.sub(r"\\([_%#$&{}])", r"\1", text)
        return
    if text == "&" or re.match(r"\\[a-zA-Z]", text):
        raise _NotTypesetError
    alphabet = _ALPHABETS.get(leaf.get("mathvariant", ""))
    if alphabet:
        text = "".join(_styled(letter, alphabet) for letter in text)
    if leaf.tag == "mi" and text == "~":
        text = "∼"
    if text in _LETTERS:
        leaf.tag = "mi"
    elif leaf.tag == "mi" and _is_operator(text):
        leaf.tag = "mo"
        if text in _FENCES:
            leaf.set("stretchy", "false")
    if leaf.tag == "mo" and text in _TIGHT:
        leaf.attrib.update(lspace="0", rspace="0")
    leaf.text = _AS_DRAWN.get(text, text)


def _is_operator(text: str) -> bool:
    if text in _OPERATORS:
        return True
    return len(text) == 1 and any(low <= ord(text) <= high for low, high in _OPERATOR_BLOCKS)


def _styled(letter: str, alphabet: str) -> str:
    """The letter in one of Unicode's mathematical alphabets; browsers draw no other way."""
    name = re.sub(r"(?:LATIN|GREEK) (\w+) LETTER", r"\1", unicodedata.name(letter, ""))
    try:
        return unicodedata.lookup(f"MATHEMATICAL {alphabet} {name}")
    except KeyError:
        code = convert_symbol(f"\\{_OLDER.get(alphabet)}{{{letter}}}")
        return chr(int(code, 16)) if code else letter


def _takes_limits(base: Element) -> bool:
    return base.tag == "mo" and (base.get("movablelimits") == "true" or base.text in _LIMITS)


def _named(element: Element) -> Element | None:
    """The operator name, such as sin or lim, that an element is, or that carries its scripts."""
    while element.tag in _SCRIPTED and len(element):
        element = element[0]
    letters = re.sub(r"[\u2006\u2009\xa0 ]", "", element.text or "")
    if element.tag in ("mi", "mo") and letters.isalpha() and (element.tag == "mo" or letters[1:]):
        return element
    return None


def _space_names(row: Element) -> None:
    """Sets names as TeX does: a thin space to their neighbours, none to a bracket or operator."""
    children = list(row)
    row[:] = []
    for index, child in enumerate(children):
        name = _named(child)
        if name is not None and name.tag == "mo":
            name.attrib.update(lspace="0", rspace="0")
        before = children[index - 1] if index else None
        if before is not None and _wants_space(before, child, name):
            row.append(Element("mspace", width="0.167em"))
        row.append(child)


def _wants_space(before: Element, after: Element, after_name: Element | None) -> bool:
    if after_name is None and _named(before) is None:
        return False
    opening = after[0] if after.tag == "mrow" and len(after) else after
    closes = before.tag in ("mo", "mspace", "mtext") and _named(before) is None
    return not closes and (after_name is not None or opening.tag not in ("mo", "mspace", "mtext"))


def _written(element: Element) -> Iterator[str]:
    """The tree as HTML, with nothing in it that `ELEMENTS` does not name."""
    allowed = ELEMENTS[element.tag]
    yield f"<{element.tag}"
    for name, value in element.items():
        if name in allowed and allowed[name].fullmatch(value):
            yield f' {name}="{html.escape(value)}"'
    yield f">{html.escape(element.text or '', quote=False)}"
    for child in element:
        yield from _written(child)
    yield f"</{element.tag}>"
