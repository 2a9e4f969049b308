"""The readable ends of talks' addresses."""

from accounts.slugs import slug_for

#: Ends of addresses under /talks/<id>/ that are pages of their own.
RESERVED = {"add"}


def talk_slug(title: str) -> str:
    """The readable end of a talk's address."""
    slug = slug_for(title, "talk")
    return "talk" if slug in RESERVED else slug
