"""Facets as HTML, kept by all that is said in them, as days of talks are.

Written without a template, which would spend on the values of one facet what it does on a page.
"""

from functools import lru_cache
from html import escape

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from seminars.facets.facets import Facet, Option

register = template.Library()

#: How deep topics stand under each other.
_DEEPEST = 3


@register.simple_tag
def facet_fields(every: list[Facet]) -> SafeString:
    """The fields that choose the values of each."""
    language = get_language()
    return SafeString("".join(_fields(one, language) for one in every))


@lru_cache(maxsize=512)
def _fields(facet: Facet, language: str | None) -> str:
    name, label = facet.name, escape(facet.label)
    return f"""<fieldset class="facet"><legend>{label}</legend>
<div id="{name}-first">{_values(name, facet.first)}</div>
<details class="facet-more"><summary>{escape(_("More"))}\
<span class="visually-hidden"> {label}</span></summary>
<div id="{name}-more">{_values(name, facet.more)}{_rest(facet)}</div></details>
</fieldset>
"""


def _values(name: str, options: tuple[Option, ...]) -> str:
    return "\n".join(_value(name, one) for one in options)


def _value(name: str, one: Option) -> str:
    value, depth = escape(one.value), min(one.depth, _DEEPEST)
    under = f" check-{depth}" if depth else ""
    kind = "radio" if name == "year" else "checkbox"
    checked = " checked" if one.chosen else ""
    mark = f'<span class="mark series-{one.pk}" aria-hidden="true"></span>'
    number = (
        ' <span class="count"><span class="visually-hidden">(</span>'
        f'{one.talks}<span class="visually-hidden">)</span></span>'
    )
    return (
        f'<label class="check{under}"><input id="{name}-{value or "any"}" type="{kind}"'
        f' name="{name}" value="{value}"{checked}>{mark if name == "series" else ""}'
        f'<bdi class="check-name">{escape(one.label)}</bdi>'
        f"{number if one.talks is not None else ''}</label>"
    )


def _rest(facet: Facet) -> str:
    """Where all values are, if there are more."""
    if not facet.rest or not facet.page:
        return ""
    said = ngettext("%(name)s: %(number)s more", "%(name)s: %(number)s more", facet.rest)
    text = escape(said % {"name": facet.label, "number": facet.rest})
    return f'<p class="facet-rest"><a href="{reverse(facet.page)}">{text}</a></p>'
