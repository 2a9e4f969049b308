"""Slugs, the readable parts of addresses."""

import pytest

from accounts.slugs import slug_for


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Erdős, Łukasz & Æther", "erdos-lukasz-aether"),
        ("Faculty/Staff", "faculty-staff"),
        ("TCP / IP", "tcp-ip"),
        *((f"Alpha{dash}Beta", "alpha-beta") for dash in "-‐‑‒–—―−⁃⸺﹘－/\\⁄∕／"),
        ("Alpha — Beta", "alpha-beta"),
        ("Alpha\u00adBeta", "alphabeta"),
        ("Spin-½", "spin-1-2"),
        ("–", "default"),
        ("香港", "default"),
        ("/", "default"),
    ],
)
def test_slugs(text: str, slug: str) -> None:
    assert slug_for(text, "default") == slug


def test_a_long_slug_is_cut_at_a_word_if_possible() -> None:
    assert slug_for("one two three", "default", max_length=12) == "one-two"
    assert slug_for("supercalifragilistic", "default", max_length=12) == "supercalifra"
