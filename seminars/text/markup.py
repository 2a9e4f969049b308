"""Abstracts and biographies: from Markdown with LaTeX formulas to safe HTML and to plain text.

The Markdown is CommonMark (spec 0.31) without raw HTML, images and indented code, because pasted
abstracts are often indented by accident. Formulas in `$…$`, `$$…$$`, `\\(…\\)` or `\\[…\\]` become
MathML, so that pages need no script for them.

Nothing here raises an exception, whatever the text.
"""

import html as entities
import re
from collections.abc import Callable, Sequence
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

from seminars.text import tex, tex_text

#: The maximum length of a text, in characters: about fifteen printed pages.
MAX_LENGTH: Final = 50_000
#: How many formulas of a text become MathML; the others are shown in TeX.
MAX_FORMULAS: Final = 300
#: How many lines a displayed formula may have.
MAX_LINES: Final = 40

_DELIMITERS: Final = {"$$": "$$", "\\[": "\\]", "$": "$", "\\(": "\\)"}
_DISPLAY_DELIMITERS: Final = ("$$", "\\[")
# A text without these that begins with a letter is plain paragraphs and nothing else.
_MARK = re.compile(r"[*_`$\\\[\]<>&#~|\t-\r\x1c-\x1f\x85\u2028\u2029]")
_LINK = re.compile(r"(?:https?://|mailto:)[^\s]", re.IGNORECASE)
# Characters that HTML or XML 1.0 (section 2.2) cannot contain.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)

_TAGS = {
    *("a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre"),
    *("strong", "ul"),
}
_SANITIZER = nh3.Cleaner(
    tags=_TAGS | set(tex.ELEMENTS),
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}}
    | {element: set(attributes) for element, attributes in tex.ELEMENTS.items()},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    # Feeds and embeds bring this HTML to other sites, and we do not vouch for its links.
    link_rel="nofollow noopener noreferrer",
)


def length_error(source: str) -> str:
    """Return an error message for a form if the text is too long, or else an empty string."""
    if len(source) <= MAX_LENGTH:
        return ""
    return _("This text has %(length)s characters; the maximum is %(max)s.") % {
        "length": number_format(len(source), use_l10n=True, force_grouping=True),
        "max": number_format(MAX_LENGTH, use_l10n=True, force_grouping=True),
    }


def html(source: str) -> str:
    """Return the text as HTML that is safe to show in a page below an h2.

    Its headings are h3 to h6, without gaps. A text over `MAX_LENGTH` is cut off there and shown as
    it was typed.
    """
    source, is_whole = _allowed_text(source)
    if not is_whole:
        return _SANITIZER.clean(f"<p>{entities.escape(source)}…</p>")
    return _SANITIZER.clean(_MARKDOWN.render(source))


@lru_cache(maxsize=512)
def plain(source: str, *, in_unicode: bool = False) -> str:
    """Return the text without markup, for calendars, search and snippets.

    Paragraphs are separated by blank lines, links are “text (https://…)”, list items start with “-
    ” or their number, and formulas remain in TeX, unless they are to be in Unicode and can be. A
    text over `MAX_LENGTH` is cut off.
    """
    source, is_whole = _allowed_text(source)
    if not is_whole:
        return f"{source.strip()}…"
    if source[:1].isalpha() and not _MARK.search(source):
        # A shortcut for most abstracts: parsing them would return the same.
        return source.rstrip()
    return _plain_blocks(_MARKDOWN.parse(source), _unicode_math if in_unicode else _tex_source)


def excerpt(source: str, max_length: int = 280) -> str:
    """Return the beginning of the plain text on one line, cut off after a word."""
    text = " ".join(plain(source, in_unicode=True).split())
    if len(text) <= max_length:
        return text
    start = text[:max_length]
    words, space, _rest = start.rpartition(" ")
    return f"{(words if space else start[:-1]).rstrip(' ,;:.–—-(')}…"


def _allowed_text(source: str) -> tuple[str, bool]:
    """Return the text, cut off and without forbidden characters, and whether it is complete."""
    return _FORBIDDEN.sub("", source[:MAX_LENGTH]), len(source) <= MAX_LENGTH


# Markdown ----------------------------------------------------------------------------------------


def _closing(source: str, mark: str, start: int, end: int) -> int:
    """Return the position of the closing delimiter, ignoring escaped ones, or -1."""
    at = source.find(mark, start, end)
    while at >= 0:
        slash = at
        while slash > start and source[slash - 1] == "\\":
            slash -= 1
        if (at - slash) % 2 == 0:
            return at
        at = source.find(mark, at + 1, end)
    return -1


def _inline_math(state: StateInline, silent: bool) -> bool:
    """Parse a formula within a line. So that amounts of money are not formulas (“$5 and $10”), a
    dollar must not have a space inside or a digit outside of it.
    """
    source, start = state.src, state.pos
    opening = next((mark for mark in _DELIMITERS if source.startswith(mark, start)), "")
    if not opening:
        return False
    inner = start + len(opening)
    limit = min(state.posMax, inner + 2 * tex.MAX_FORMULA)
    end = _closing(source, _DELIMITERS[opening], inner, limit)
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
        _fill_token(state.push("math", "math", 0), opening, content)
    state.pos = after
    return True


def _block_math(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a displayed formula on lines of its own, without blank lines.

    Punctuation after it becomes a part of it; otherwise it would be on a line of its own.
    """
    first = state.bMarks[start] + state.tShift[start]
    opening = state.src[first : first + 2]
    if opening not in _DISPLAY_DELIMITERS:
        return False
    closing = _DELIMITERS[opening]
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
        token = state.push("math_block", "math", 0)
        token.map = [start, start + len(lines)]
        _fill_token(token, opening, content + stop)
        state.line = start + len(lines)
    return True


def _fill_token(token: Token, opening: str, content: str) -> None:
    token.content = content.strip()
    token.markup = opening
    token.block = token.type == "math_block"


def _render_math(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    """Render a formula as MathML, or in TeX if that is not possible."""
    token = tokens[at]
    env["formulas"] = env.get("formulas", 0) + 1
    formula = None
    if env["formulas"] <= MAX_FORMULAS:
        formula = tex.mathml(token.content, display=token.markup in _DISPLAY_DELIMITERS)
    formula = formula or f"<code>{entities.escape(_tex_source(token))}</code>"
    return f"<p>{formula}</p>\n" if token.block else formula


def _tex_source(token: Token) -> str:
    return f"{token.markup}{token.content}{_DELIMITERS[token.markup]}"


def _unicode_math(token: Token) -> str:
    return tex_text.unicode(token.content) or _tex_source(token)


def _render_image(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    return entities.escape(renderer.renderInlineAsText(tokens[at].children, options, env))


def _render_code(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    return f"<pre><code>{entities.escape(tokens[at].content)}</code></pre>\n"


class _Markdown(MarkdownIt):
    """CommonMark with formulas, web and mail links, and headings from h3."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False})
        self.disable(["code", "html_block", "html_inline"])
        self.inline.ruler.before("escape", "math", _inline_math)
        interrupts: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
        self.block.ruler.before("fence", "math", _block_math, interrupts)
        self.add_render_rule("math", _render_math)
        self.add_render_rule("math_block", _render_math)
        self.add_render_rule("image", _render_image)
        self.add_render_rule("fence", _render_code)

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


_Math = Callable[[Token], str]


def _plain_blocks(tokens: Sequence[Token], math: _Math) -> str:
    """Return blocks separated by blank lines, and list items by line breaks, indented by depth."""
    text = ""
    depth = 0  # of nested lists
    gap = marker = ""  # what precedes the next text: a separator, and the marker of a list item
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            gap = "\n" if depth else "\n\n"
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            gap = "\n\n"
            depth -= 1
        elif token.type == "list_item_open":
            marker = f"{token.info}. " if token.info else "- "
        elif token.type == "list_item_close":
            gap = "\n"
        elif words := _plain_block(token, math):
            indent = "  " * (depth - bool(marker))
            text += (gap if text else "") + indent + marker + words
            gap, marker = "\n\n", ""
    return text


def _plain_block(token: Token, math: _Math) -> str:
    if token.type == "inline":
        return _plain_inline(token.children or [], math)
    if token.type == "fence":
        return token.content.rstrip()
    if token.type == "math_block":
        return math(token)
    return ""


def _plain_inline(tokens: Sequence[Token], math: _Math) -> str:
    parts: list[str] = []
    links: list[tuple[str, int]] = []  # the URL, and the index in `parts` where its text starts
    for token in tokens:
        if token.type == "link_open":
            address = "" if token.markup == "autolink" else str(token.attrGet("href") or "")
            links.append((address, len(parts)))
        elif token.type == "link_close":
            address, start = links.pop()
            parts[start:] = [_plain_link("".join(parts[start:]), address)]
        elif token.type == "math":
            parts.append(math(token))
        elif token.type == "softbreak":
            parts.append(" ")
        elif token.type == "hardbreak":
            parts.append("\n")
        elif token.type == "image":
            parts.append(_plain_inline(token.children or [], math))
        else:
            parts.append(token.content)
    return "".join(parts).strip()


def _plain_link(text: str, address: str) -> str:
    address = re.sub(r"\Amailto:", "", address, flags=re.IGNORECASE)
    if not text:
        return address
    return text if address in ("", text) else f"{text} ({address})"
