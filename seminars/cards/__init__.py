"""Pictures that other sites show next to a link: 1200 × 630 pixels, as Open Graph expects."""

from seminars.cards.content import Card, address, of_site, of_talk
from seminars.cards.disk_cache import picture

__all__ = ["Card", "address", "of_site", "of_talk", "picture"]
