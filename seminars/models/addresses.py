"""The addresses of pages, for models and for rows of lists alike."""

from django.urls import reverse

from accounts.slugs import slug_for
from seminars.slugs import talk_slug


def talk_address(pk: int, title: str) -> str:
    """Return the address of a talk's page; its readable end follows the title."""
    return reverse("talk", args=[pk, talk_slug(title)])


def speaker_address(pk: int, name: str) -> str:
    """Return the address of a speaker's page; its readable end follows the name."""
    return reverse("speaker", args=[pk, slug_for(name, "speaker")])


def series_address(slug: str) -> str:
    """Return the address of a series' page."""
    return reverse("series", args=[slug])


def venue_address(slug: str) -> str:
    """Return the address of a venue's page."""
    return reverse("venue", args=[slug])
