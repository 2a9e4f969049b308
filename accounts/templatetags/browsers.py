"""A readable name for a browser."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()

#: Parts of the User-Agent header (RFC 9110, section 10.1.5) and the browser each identifies, most
#: specific first, since browsers also include the names of those they are based on.
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
    """Return such as “Firefox on Linux”, or as much of it as the header reveals."""
    name = next((name for part, name in _BROWSERS if part in user_agent), _("Unknown browser"))
    system = next((name for part, name in _SYSTEMS if part in user_agent), "")
    if not system:
        return name
    return _("%(browser)s on %(system)s") % {"browser": name, "system": system}
