"""The values of a facet as HTML, kept by all that is said in them, as days of talks are."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from seminars.facets import Option

register = template.Library()


@register.simple_tag
def facet_values(name: str, options: tuple[Option, ...]) -> SafeString:
    """The fields that choose these values."""
    return _values(name, options, get_language())


@lru_cache(maxsize=512)
def _values(name: str, options: tuple[Option, ...], language: str | None) -> SafeString:
    said = {"name": name, "options": [one._replace(depth=min(one.depth, 3)) for one in options]}
    return render_to_string("components/facet_values.html", said)
