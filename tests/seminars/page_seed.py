"""The talk that tests of pages use, with every field filled."""

import datetime

from seminars.models import Audience, Series, Talk, Topic, Venue
from tests import factories


def cs_seminar() -> Series:
    return factories.series(name="CS Seminar", slug="cs", colour="#5b3a9e")


def mudd_hall() -> Venue:
    return factories.venue(
        building="Mudd Hall",
        short_name="Mudd",
        former_name="Seeley G. Mudd Library",
        campus="Evanston",
        street="2233 Tech Drive",
        city="Evanston",
        region="IL",
        postcode="60208",
        access="By the east door.",
        step_free="Lift to every floor.",
        hearing_loop=True,
    )


def full_talk() -> Talk:
    """A past hybrid talk with every field that its page shows."""
    talk = factories.talk(
        factories.speaker(name="Sadhika Malladi", affiliation="Princeton University"),
        title="Deep Learning Theory in the Age of Generative AI",
        series=cs_seminar(),
        date=datetime.date(2025, 2, 21),
        venue=mudd_hall(),
        room="3514",
        attendance="hybrid",
        abstract="First $x$.\n\nSecond.",
        join_url="https://zoom.example.org/j/1",
        join_access="public",
        join_note="Passcode by mail.",
        recording_url="https://panopto.example.org/1",
        recording_consent="yes",
        slides_url="https://example.org/slides.pdf",
        external_url="https://calendar.example.org/event/1",
        registration_url="https://example.org/register",
        cost="free",
        refreshments="Coffee at 11:45",
        contact_name="Wynante R Charles",
        contact_phone="(847) 467-8174",
        contact_email="cs@example.org",
        notice="Note the unusual room",
    )
    appearance = talk.appearances.get()
    appearance.biography = "A student."
    appearance.save()
    for name, kind in (
        ("machine learning", "research-area"),
        ("optimization", "research-area"),
        ("Implicit Bias in Technology", "community"),
        ("Academic (general)", "category"),
    ):
        talk.topics.add(Topic.objects.create(name=name, slug=name[:5].lower(), kind=kind))
    for name in ("Faculty/Staff", "Student"):
        talk.audiences.add(Audience.objects.create(name=name, slug=name[:7].lower()))
    return talk
