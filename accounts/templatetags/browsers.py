"""What a browser calls itself, in words."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()

#: The part of the User-Agent header (RFC 9110 section 10.1.5) that tells, and the name. Browsers
#: also carry the names of those they descend from, so the most particular comes first.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


@register.filter
def browser(user_agent: str) -> str:
    """“Firefox on Linux”, or as much of that as the header tells."""
    name = next((name for mark, name in _BROWSERS if mark in user_agent), _("A browser"))
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if not system:
        return name
    return _("%(browser)s on %(system)s") % {"browser": name, "system": system}
