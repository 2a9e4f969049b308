"""The readable last part of talks' addresses."""

from accounts.slugs import slug_for

#: Names under /talks/<id>/ that are other pages.
RESERVED = {"add"}


def talk_slug(title: str) -> str:
    """Return the readable last part of a talk's address."""
    slug = slug_for(title, "talk")
    return "talk" if slug in RESERVED else slug
