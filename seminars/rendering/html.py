"""Builds HTML from elements, so that a forgotten escape cannot turn a text into markup.

Everything that is not already a SafeString is escaped, and only this module makes SafeStrings.
"""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString

#: An attribute that is True is written without a value, and one that is False is left out.
Attributes = Mapping[str, str | bool]

# Written as JSON escapes, so that no text ends the element or begins another (HTML, section
# 4.12.1.3), and no line separator breaks what reads it as a script.
_ESCAPED_IN_SCRIPT = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def element(tag: str, attributes: Attributes, *children: str) -> SafeString:
    """Return the element with its children, each escaped unless it is safe HTML."""
    content = "".join([one if isinstance(one, SafeString) else _escape(one) for one in children])
    return SafeString(f"<{tag}{_attributes(attributes)}>{content}</{tag}>")


def void_element(tag: str, attributes: Attributes) -> SafeString:
    """Return an element that has no content, such as `input`."""
    return SafeString(f"<{tag}{_attributes(attributes)}>")


def html_attributes(attributes: Attributes) -> SafeString:
    """Return the attributes as they stand in a tag, each with a space before it."""
    return SafeString(_attributes(attributes))


def join(children: Iterable[str], separator: str = "") -> SafeString:
    """Return the children in a row, each escaped unless it is safe HTML."""
    parts = [one if isinstance(one, SafeString) else _escape(one) for one in children]
    return SafeString(_escape(separator).join(parts))


def script_json(value: object) -> SafeString:
    """Return the value as JSON to stand between a script element's tags."""
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return SafeString(written.translate(_ESCAPED_IN_SCRIPT))


def sanitized(html: str) -> SafeString:
    """Return HTML that `text.markup` made safe when its text was saved."""
    return SafeString(html)


# Class names, labels and the names of series and venues recur in every row of a list.
_escape = lru_cache(maxsize=2048)(escape)


def _attributes(attributes: Attributes) -> str:
    html = ""
    for name, value in attributes.items():
        if isinstance(value, str):
            html += f' {name}="{value if isinstance(value, SafeString) else _escape(value)}"'
        elif value:
            html += f" {name}"
    return html
