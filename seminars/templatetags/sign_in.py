"""What the sign-in pages say about the page that a visitor is on the way to."""

from urllib.parse import urlsplit

from django import template
from django.contrib.auth.models import AnonymousUser
from django.urls import Resolver404, resolve

from seminars.models import Talk

register = template.Library()


@register.simple_tag
def talk_to_add(path: str | None) -> Talk | None:
    """Return the talk that signing in will add to a group, or None if `path` is another page."""
    try:
        match = resolve(urlsplit(path or "").path)
    except (Resolver404, ValueError):
        return None
    if match.url_name != "talk-add":
        return None
    return Talk.objects.visible_to(AnonymousUser()).filter(pk=match.kwargs["pk"]).first()
