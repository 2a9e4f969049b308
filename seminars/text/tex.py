"""LaTeX formulas as MathML; pure functions of text."""

import html
import re
import unicodedata
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from latex2mathml import commands
from latex2mathml.converter import Converter
from latex2mathml.symbols_parser import convert_symbol

#: The maximum length of a formula, in characters.
MAX_FORMULA = 2_000
#: The maximum depth of nested braces.
MAX_BRACES = 30
#: The maximum depth of nested MathML elements; HTML parsers flatten trees deeper than 512.
MAX_DEPTH = 100

# Macros can expand without limit; the others produce URLs, styles and arbitrary characters.
_REJECTED = re.compile(
    r"\\(?:def|newcommand|newenvironment|DeclareMathOperator|href|class|style|unicode)(?![a-zA-Z])"
)
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{\s*([^}]*?)\s*\}")
_ENVIRONMENTS = {command.removeprefix("\\") for command in commands.MATRICES}
_ENVIRONMENT_ALIASES = {
    "align": "align*",  # a lone equation number means nothing in an abstract
    "aligned": "split",
    "dcases": "cases",
    **dict.fromkeys(("equation", "equation*", "gather", "gather*", "gathered"), "displaylines"),
    **dict.fromkeys(("multline", "multline*"), "displaylines"),
}
# The converter turns \mathrm{d} into a plain letter, which browsers slant; a space prevents that.
_UPRIGHT_LETTER = re.compile(r"\\mathrm\{(?=[a-zA-Z]\})")
_OPERATOR_NAME = re.compile(r"\\operatorname(\*?)\s*\{([^{}]*)\}|\\(arg)(?![a-zA-Z])")
_NAME_SPACE = re.compile(r"\\[,;:! ]|[~\s]")
_IGNORED = re.compile(r"\\(?:nonumber|notag)(?![a-zA-Z])|\\label\s*\{[^{}]*\}")

_LENGTH = re.compile(r"(?:-?(?:[01]|[01]?\.\d{1,3})|[2-9](?:\.\d{1,3})?)(?:em|ex|px|pt)?")
_BOOLEAN = re.compile(r"true|false")
_LINES = re.compile(r"(?:none|solid|dashed)(?: (?:none|solid|dashed))*")
_SPACES = re.compile(r"\d(?:\.\d{1,4})?(?:em|pt)(?: \d(?:\.\d{1,4})?(?:em|pt))*")

#: The allowed elements, their attributes and the values of these: MathML Core 1.0 without anything
#: that links, runs scripts, sets colors or moves text over other text.
ELEMENTS: dict[str, dict[str, re.Pattern[str]]] = {
    "math": {"display": re.compile("block|inline"), "alttext": re.compile(".*", re.DOTALL)},
    "mrow": {},
    "mi": {"mathvariant": re.compile("normal")},
    "mn": {},
    "mo": {
        "fence": _BOOLEAN,
        "form": re.compile("prefix|infix|postfix"),
        "largeop": _BOOLEAN,
        "lspace": _LENGTH,
        "maxsize": _LENGTH,
        "minsize": _LENGTH,
        "movablelimits": _BOOLEAN,
        "rspace": _LENGTH,
        "separator": _BOOLEAN,
        "stretchy": _BOOLEAN,
    },
    "mtext": {},
    "mspace": {"width": _LENGTH, "height": _LENGTH, "depth": _LENGTH},
    "mfrac": {"linethickness": _LENGTH},
    "msqrt": {},
    "mroot": {},
    "msub": {},
    "msup": {},
    "msubsup": {},
    "munder": {"accentunder": _BOOLEAN},
    "mover": {"accent": _BOOLEAN},
    "munderover": {"accent": _BOOLEAN, "accentunder": _BOOLEAN},
    "mtable": {
        "columnlines": _LINES,
        "columnspacing": _SPACES,
        "displaystyle": _BOOLEAN,
        "rowlines": _LINES,
        "rowspacing": _SPACES,
    },
    "mtr": {},
    "mtd": {"columnalign": re.compile("left|center|right")},
    "mstyle": {"displaystyle": _BOOLEAN, "scriptlevel": re.compile("[012]")},
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
# Letters that are missing in Unicode's mathematical alphabets because it had them before.
_OLDER = {"DOUBLE-STRUCK": "mathbb", "SCRIPT": "mathcal", "FRAKTUR": "mathfrak", "ITALIC": "mathit"}


class _UnsupportedError(ValueError):
    """A formula that cannot be converted to MathML."""


def mathml(tex: str, *, display: bool) -> str | None:
    """Return a formula without its delimiters as a `<math>` element, or None if it is unsupported:
    too long, too deep or unbalanced, with unknown commands or environments, or with commands that
    define macros or produce URLs, classes, styles or code points.

    Never raises an exception.
    """
    try:
        tree = Converter(display="block" if display else "inline").convert_to_element(
            _normalized(tex)
        )
        _repair(tree, 0)
        tree.set("alttext", tex)
        return "".join(_serialized(tree))
    except Exception:
        # On unexpected input the converter raises KeyError, StopIteration, RecursionError, …; they
        # all mean the same to the reader.
        return None


def _normalized(tex: str) -> str:
    """Return the formula in commands that the converter knows; raise if it is unsupported."""
    if len(tex) > MAX_FORMULA or _REJECTED.search(tex):
        raise _UnsupportedError
    depth = 0
    for mark in _BRACE.findall(tex):
        depth += {"{": 1, "}": -1}.get(mark, 0)
        if not 0 <= depth <= MAX_BRACES:
            raise _UnsupportedError
    if depth:
        raise _UnsupportedError
    for pattern, replacement in (
        (_IGNORED, " "),
        (_ENVIRONMENT, _environment),
        (_OPERATOR_NAME, _operator_name),
        (_UPRIGHT_LETTER, r"\\mathrm{ "),
    ):
        tex = pattern.sub(replacement, tex)
    return tex


def _operator_name(match: re.Match[str]) -> str:
    """Return an operator name in the only form that the converter reads: letters alone."""
    name = _NAME_SPACE.sub("", match[3] or match[2])
    if re.fullmatch("[a-zA-Z]+", name):
        return rf"\operatorname{match[1] or ''}{{{name}}}"
    return rf"\mathop{{\mathrm{{{match[2]}}}}}"


def _environment(match: re.Match[str]) -> str:
    name = _ENVIRONMENT_ALIASES.get(match[2], match[2])
    if name not in _ENVIRONMENTS:
        raise _UnsupportedError
    return rf"\{match[1]}{{{name}}}"


def _repair(element: Element, depth: int) -> None:
    """Change the converter's output to what browsers support (MathML Core 1.0)."""
    if depth > MAX_DEPTH:
        raise _UnsupportedError
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
    """Remove elements from a leaf, because HTML parsers take them for HTML (section 13.2.6)."""
    text = "".join(html.unescape(text) for text in leaf.itertext())
    if leaf.tag == "mo" and text.isalpha():
        leaf[:] = []
        leaf.text = text
        leaf.set("movablelimits", "true")
    else:
        leaf.tag = "mrow"


def _repair_leaf(leaf: Element) -> None:
    text = leaf.text or ""
    if leaf.tag == "mtext":
        leaf.text = re.sub(r"\\([_%#$&{}])", r"\1", text)
        return
    if text == "&" or re.match(r"\\[a-zA-Z]", text):
        raise _UnsupportedError
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
    """Return the letter in one of Unicode's mathematical alphabets, as browsers require."""
    name = re.sub(r"(?:LATIN|GREEK) (\w+) LETTER", r"\1", unicodedata.name(letter, ""))
    try:
        return unicodedata.lookup(f"MATHEMATICAL {alphabet} {name}")
    except KeyError:
        code = convert_symbol(f"\\{_OLDER.get(alphabet)}{{{letter}}}")
        return chr(int(code, 16)) if code else letter


def _takes_limits(base: Element) -> bool:
    return base.tag == "mo" and (base.get("movablelimits") == "true" or base.text in _LIMITS)


def _operator_of(element: Element) -> Element | None:
    """Return the operator name, such as sin or lim, that the element is or is a script of."""
    while element.tag in _SCRIPTED and len(element):
        element = element[0]
    letters = re.sub(r"[\u2006\u2009\xa0 ]", "", element.text or "")
    if element.tag in ("mi", "mo") and letters.isalpha() and (element.tag == "mo" or letters[1:]):
        return element
    return None


def _space_names(row: Element) -> None:
    """Space operator names as TeX does: thin spaces around them, but not next to brackets."""
    children = list(row)
    row[:] = []
    for index, child in enumerate(children):
        name = _operator_of(child)
        if name is not None and name.tag == "mo":
            name.attrib.update(lspace="0", rspace="0")
        before = children[index - 1] if index else None
        if before is not None and _wants_space(before, child, name):
            row.append(Element("mspace", width="0.167em"))
        row.append(child)


def _wants_space(before: Element, after: Element, after_name: Element | None) -> bool:
    if after_name is None and _operator_of(before) is None:
        return False
    opening = after[0] if after.tag == "mrow" and len(after) else after
    closes = before.tag in ("mo", "mspace", "mtext") and _operator_of(before) is None
    return not closes and (after_name is not None or opening.tag not in ("mo", "mspace", "mtext"))


def _serialized(element: Element) -> Iterator[str]:
    """Yield the tree as HTML, with nothing that `ELEMENTS` does not allow."""
    allowed = ELEMENTS[element.tag]
    yield f"<{element.tag}"
    for name, value in element.items():
        if name in allowed and allowed[name].fullmatch(value):
            yield f' {name}="{html.escape(value)}"'
    yield f">{html.escape(element.text or '', quote=False)}"
    for child in element:
        yield from _serialized(child)
    yield f"</{element.tag}>"
