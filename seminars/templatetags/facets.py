"""Facets as HTML, cached by their values and built without templates, as rows of talks are."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from seminars.facets.facets import Facet, Option
from seminars.rendering.html import element, join, void_element
from seminars.rendering.parts import color_mark, visually_hidden

register = template.Library()

#: How many levels of topics are indented.
_MAX_DEPTH = 3


@register.simple_tag
def facet_fields(facets: list[Facet]) -> SafeString:
    """Return the fields in which values of the facets are chosen."""
    language = get_language()
    return join(_fieldset(facet, language) for facet in facets)


@lru_cache(maxsize=512)
def _fieldset(facet: Facet, language: str | None) -> SafeString:
    name, label = facet.name, facet.label
    more = element(
        "details",
        {"class": "facet-more"},
        element("summary", {}, _("More"), visually_hidden(f" {label}")),
        element("div", {"id": f"{name}-more"}, _options(name, facet.more), *_link_to_all(facet)),
    )
    return element(
        "fieldset",
        {"class": "facet"},
        element("legend", {}, label),
        element("div", {"id": f"{name}-first"}, _options(name, facet.first)),
        more,
    )


def _options(name: str, options: Iterable[Option]) -> SafeString:
    return join((_option(name, one) for one in options), "\n")


def _option(name: str, option: Option) -> SafeString:
    depth = min(option.depth, _MAX_DEPTH)
    control = {
        "id": f"{name}-{option.value or 'any'}",
        "type": "radio" if name == "year" else "checkbox",
        "name": name,
        "value": option.value,
        "checked": option.chosen,
    }
    return element(
        "label",
        {"class": f"check check-{depth}" if depth else "check"},
        void_element("input", control),
        color_mark(option.pk) if name == "series" else "",
        element("bdi", {"class": "check-name"}, option.label),
        *_count(option.talks),
    )


def _count(talks: int | None) -> Iterator[str]:
    if talks is not None:
        yield " "
        number = (visually_hidden("("), str(talks), visually_hidden(")"))
        yield element("span", {"class": "count"}, *number)


def _link_to_all(facet: Facet) -> Iterator[SafeString]:
    """Yield a link to the page of all values if there are more."""
    if facet.rest and facet.page:
        text = ngettext("%(name)s: %(number)s more", "%(name)s: %(number)s more", facet.rest)
        label = text % {"name": facet.label, "number": facet.rest}
        yield element(
            "p", {"class": "facet-rest"}, element("a", {"href": reverse(facet.page)}, label)
        )
