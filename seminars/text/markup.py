"""Abstracts and biographies: Markdown with LaTeX maths, to safe HTML and to plain text.

The Markdown is CommonMark (spec 0.31) without raw HTML, images and indented code: a pasted abstract
is often indented, and means nothing by it. Maths stands between `$…$`, `$$…$$`, `\\(…\\)` or
`\\[…\\]`, and becomes MathML here, so that a page needs no script for it.

Nothing here raises, whatever the text.
"""

import html as entities
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import nh3
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from seminars.text import tex

#: The longest text that is marked up, in characters; about fifteen printed pages.
MAX_LENGTH: Final = 50_000
#: How many formulas of one text are typeset; the others show their source.
MAX_FORMULAS: Final = 300
#: How many lines a displayed formula may take.
MAX_LINES: Final = 40

_OPENINGS: Final = {"$$": "$$", "\\[": "\\]", "$": "$", "\\(": "\\)"}
_DISPLAYED: Final = ("$$", "\\[")
# What anything but a plain paragraph has, wherever it stands; a list begins with no letter.
_MARK = re.compile(r"[*_`$\\\[\]<>&#~|\t-\r\x1c-\x1f\x85\u2028\u2029]")
_LINK = re.compile(r"(?:https?://|mailto:)[^\s]", re.IGNORECASE)
# What neither HTML nor XML 1.0 (section 2.2) can carry.
_UNWRITABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)

_TAGS = {
    *("a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre"),
    *("strong", "ul"),
}
_SANITISER = nh3.Cleaner(
    tags=_TAGS | set(tex.ELEMENTS),
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}}
    | {element: set(attributes) for element, attributes in tex.ELEMENTS.items()},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    # Feeds and embeds carry this HTML to sites whose headers are not ours; and its links were
    # written by people whom we do not vouch for.
    link_rel="nofollow noopener noreferrer",
)


def too_long(source: str) -> str:
    """One sentence that says that the text is too long, for a form; empty where it is not."""
    if len(source) <= MAX_LENGTH:
        return ""
    return _("This text has %(length)s characters; at most %(most)s are possible.") % {
        "length": number_format(len(source), use_l10n=True, force_grouping=True),
        "most": number_format(MAX_LENGTH, use_l10n=True, force_grouping=True),
    }


def html(source: str) -> str:
    """The text as HTML that is safe in a page below an h2, sanitised last of all.

    Its headings are h3 to h6, without gaps. A text over `MAX_LENGTH` is cut there, and shown as
    it was typed.
    """
    source, is_whole = _readable(source)
    if not is_whole:
        return _SANITISER.clean(f"<p>{entities.escape(source)}…</p>")
    return _SANITISER.clean(_MARKDOWN.render(source))


@lru_cache(maxsize=512)
def plain(source: str) -> str:
    """The text without its marks: for calendars, search and snippets.

    A blank line parts paragraphs, links are “text (https://…)”, list items start with “- ” or
    their number, and formulas stay as typed, with their dollars. A text over `MAX_LENGTH` is cut.
    """
    source, is_whole = _readable(source)
    if not is_whole:
        return f"{source.strip()}…"
    if source[:1].isalpha() and not _MARK.search(source):
        # One paragraph without a mark, as most abstracts are; reading it would give the same.
        return source.rstrip()
    return _plain_blocks(_MARKDOWN.parse(source))


def excerpt(source: str, longest: int = 280) -> str:
    """The start of the plain text on one line: at most `longest` characters, cut after a word."""
    text = " ".join(plain(source).split())
    if len(text) <= longest:
        return text
    start = text[:longest]
    words, space, _rest = start.rpartition(" ")
    return f"{(words if space else start[:-1]).rstrip(' ,;:.–—-(')}…"


def _readable(source: str) -> tuple[str, bool]:
    """The text that can be written down, and whether it is all of it."""
    return _UNWRITABLE.sub("", source[:MAX_LENGTH]), len(source) <= MAX_LENGTH


# Markdown ----------------------------------------------------------------------------------------


def _closing(source: str, mark: str, start: int, end: int) -> int:
    """Where the closing mark stands, skipping one that a backslash takes away; -1 if nowhere."""
    at = source.find(mark, start, end)
    while at >= 0:
        slash = at
        while slash > start and source[slash - 1] == "\\":
            slash -= 1
        if (at - slash) % 2 == 0:
            return at
        at = source.find(mark, at + 1, end)
    return -1


def _inline_maths(state: StateInline, silent: bool) -> bool:
    """Maths within a line. A dollar opens or closes only where money would not be meant:
    no space inside it, and no digit outside it (“$5 and $10”).
    """
    source, start = state.src, state.pos
    opening = next((mark for mark in _OPENINGS if source.startswith(mark, start)), "")
    if not opening:
        return False
    inner = start + len(opening)
    furthest = min(state.posMax, inner + 2 * tex.MAX_FORMULA)
    end = _closing(source, _OPENINGS[opening], inner, furthest)
    content = source[inner:end] if end >= 0 else ""
    if not content.strip():
        return False
    after = end + len(opening)
    if opening == "$" and (
        content[0].isspace()
        or content[-1].isspace()
        or source[max(start - 1, 0) : start].isdigit()
        or source[after : after + 1].isdigit()
    ):
        return False
    if not silent:
        _maths(state.push("maths", "math", 0), opening, content)
    state.pos = after
    return True


def _block_maths(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A displayed formula on lines of its own, without a blank line in it.

    A full stop or comma after it becomes its last sign, or it would stand on a line of its own.
    """
    first = state.bMarks[start] + state.tShift[start]
    opening = state.src[first : first + 2]
    if opening not in _DISPLAYED:
        return False
    closing = _OPENINGS[opening]
    lines: list[str] = []
    for number in range(start, min(end, start + MAX_LINES)):
        begin = first + 2 if number == start else state.bMarks[number] + state.tShift[number]
        line = state.src[begin : state.eMarks[number]].rstrip()
        at = _closing(line, closing, 0, len(line))
        stop = line[at + 2 :].strip() if at >= 0 else ""
        is_outside = number > start and (not line or state.sCount[number] < state.blkIndent)
        if is_outside or stop not in ("", ".", ",", ";", ":"):
            return False
        lines.append(line if at < 0 else line[:at])
        if at >= 0:
            break
    else:
        return False
    content = "\n".join(lines).strip()
    if not content:
        return False
    if not silent:
        token = state.push("maths_block", "math", 0)
        token.map = [start, start + len(lines)]
        _maths(token, opening, content + stop)
        state.line = start + len(lines)
    return True


def _maths(token: Token, opening: str, content: str) -> None:
    token.content = content.strip()
    token.markup = opening
    token.block = token.type == "maths_block"


def _written_maths(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    """The formula as MathML, or its source as code where that is not possible."""
    token = tokens[at]
    env["formulas"] = env.get("formulas", 0) + 1
    formula = None
    if env["formulas"] <= MAX_FORMULAS:
        formula = tex.mathml(token.content, display=token.markup in _DISPLAYED)
    formula = formula or f"<code>{entities.escape(_typed(token))}</code>"
    return f"<p>{formula}</p>\n" if token.block else formula


def _typed(token: Token) -> str:
    return f"{token.markup}{token.content}{_OPENINGS[token.markup]}"


def _written_image(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    return entities.escape(renderer.renderInlineAsText(tokens[at].children, options, env))


def _written_code(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    return f"<pre><code>{entities.escape(tokens[at].content)}</code></pre>\n"


class _Markdown(MarkdownIt):
    """CommonMark with maths, with links that may be followed, and headings from h3 on."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False})
        self.disable(["code", "html_block", "html_inline"])
        self.inline.ruler.before("escape", "maths", _inline_maths)
        interrupts: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
        self.block.ruler.before("fence", "maths", _block_maths, interrupts)
        self.add_render_rule("maths", _written_maths)
        self.add_render_rule("maths_block", _written_maths)
        self.add_render_rule("image", _written_image)
        self.add_render_rule("fence", _written_code)

    def validateLink(self, url: str) -> bool:  # noqa: N802 — the name is the library's
        return _LINK.match(url) is not None

    def parse(self, src: str, env: EnvType | None = None) -> list[Token]:
        tokens = super().parse(src, env)
        headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
        levels = sorted({token.tag for token in headings})
        for token in headings:
            token.tag = f"h{min(3 + levels.index(token.tag), 6)}"
        return tokens


_MARKDOWN = _Markdown()


# Plain text --------------------------------------------------------------------------------------


def _plain_blocks(tokens: Sequence[Token]) -> str:
    """Blocks parted by blank lines; list items by line ends, indented as deep as they stand."""
    text = ""
    lists = 0  # how many are open
    gap = lead = ""  # what goes before the next words: a separator, and the marker of an item
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            gap = "\n" if lists else "\n\n"
            lists += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            gap = "\n\n"
            lists -= 1
        elif token.type == "list_item_open":
            lead = f"{token.info}. " if token.info else "- "
        elif token.type == "list_item_close":
            gap = "\n"
        elif words := _plain_block(token):
            indent = "  " * (lists - bool(lead))
            text += (gap if text else "") + indent + lead + words
            gap, lead = "\n\n", ""
    return text


def _plain_block(token: Token) -> str:
    if token.type == "inline":
        return _plain_inline(token.children or [])
    if token.type == "fence":
        return token.content.rstrip()
    if token.type == "maths_block":
        return _typed(token)
    return ""


def _plain_inline(tokens: Sequence[Token]) -> str:
    parts: list[str] = []
    links: list[tuple[str, int]] = []  # the address, and where in `parts` its text starts
    for token in tokens:
        if token.type == "link_open":
            address = "" if token.markup == "autolink" else str(token.attrGet("href") or "")
            links.append((address, len(parts)))
        elif token.type == "link_close":
            address, start = links.pop()
            parts[start:] = [_plain_link("".join(parts[start:]), address)]
        elif token.type == "maths":
            parts.append(_typed(token))
        elif token.type == "softbreak":
            parts.append(" ")
        elif token.type == "hardbreak":
            parts.append("\n")
        elif token.type == "image":
            parts.append(_plain_inline(token.children or []))
        else:
            parts.append(token.content)
    return "".join(parts).strip()


def _plain_link(text: str, address: str) -> str:
    address = re.sub(r"\Amailto:", "", address, flags=re.IGNORECASE)
    if not text:
        return address
    return text if address in ("", text) else f"{text} ({address})"
