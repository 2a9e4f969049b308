"""The talk that tests of formats use: every field filled, with invented links and texts."""

import datetime
import uuid

from seminars.models import Appearance, Audience, Department, Talk, Topic
from tests import factories

ABSTRACT = (
    "Training large models is mostly guesswork; theory explains little of it.\r\n"
    "\r\n"
    "This talk derives a fine-tuning method from first principles — with $\\Nabla f = 0$, "
    "half the time; a twelfth of the memory."
)
BIOGRAPHY = "Sadhika Malladi studies the theory of deep learning."


#: Before the talk, while it can be joined; whole feeds are read then.
SEED_NOW = datetime.datetime(2025, 2, 10, 18, tzinfo=datetime.UTC)


def seed_talk() -> Talk:
    """Announced, hybrid, with a public join link, at noon in Chicago on 21 February 2025."""
    department = Department.objects.create(name="Computer Science", slug="computer-science")
    series = factories.series(
        name="CS Seminar", slug="cs-seminar", short_code="CS", department=department
    )
    venue = factories.venue(
        building="Mudd Hall",
        slug="mudd-hall",
        former_name="Seeley G. Mudd Library",
        campus="Evanston",
        street="2233 Tech Drive",
        city="Evanston",
        region="IL",
        postcode="60208",
        country="US",
        latitude="42.058140",
        longitude="-87.674490",
        access="Enter from the north side.",
        step_free="By the lift.",
        hearing_loop=True,
    )
    talk = factories.talk(
        pk=2101,
        uid=uuid.UUID("7d9f4a52-53b1-4c0a-9a53-1f2d6f1c2b11"),
        title="Deep Learning Theory in the Age of Generative AI",
        series=series,
        abstract=ABSTRACT,
        notice="Note the unusual room",
        date=datetime.date(2025, 2, 21),
        start_time=datetime.time(12),
        end_time=datetime.time(13),
        venue=venue,
        room="3514",
        attendance=Talk.Attendance.HYBRID,
        join_url="https://example.zoom.us/j/123456789?pwd=invented",
        join_note="Please mute your microphone.",
        join_access=Talk.JoinAccess.PUBLIC,
        registration_url="https://example.org/register",
        external_url="https://example.org/talks/malladi",
        recording_url="https://panopto.example.org/Viewer.aspx?id=invented",
        recording_consent="yes",
        slides_url="https://example.org/slides.pdf",
        refreshments="Coffee from 11:45",
        cost="free",
        contact_name="Pat Example",
        contact_phone="(847) 555-0100",
        contact_email="pat@example.org",
        notes="Dinner at seven: SECRET",
        sequence=3,
        created_at=datetime.datetime(2025, 1, 7, 15, 30, tzinfo=datetime.UTC),
        published_at=datetime.datetime(2025, 1, 8, 9, 0, tzinfo=datetime.UTC),
        changed_at=datetime.datetime(2025, 2, 3, 18, 5, 6, 789_000, tzinfo=datetime.UTC),
    )
    Appearance.objects.create(
        talk=talk,
        speaker=factories.speaker(
            name="Sadhika Malladi",
            affiliation="Elsewhere by now",
            homepage="https://example.org/malladi",
            orcid="0000-0002-1825-0097",
            email="speaker-secret@example.org",
        ),
        affiliation="Princeton University",
        biography=BIOGRAPHY,
    )
    Appearance.objects.create(
        talk=talk, speaker=factories.speaker(name="Hana Host"), position=1, role="host"
    )
    talk.co_series.add(factories.series(name="ML Seminar", slug="ml-seminar"))
    for name, slug, kind in [
        ("optimization", "optimization", Topic.Kind.RESEARCH_AREA),
        ("machine learning", "machine-learning", Topic.Kind.RESEARCH_AREA),
        ("Academic (general)", "academic-general", Topic.Kind.CATEGORY),
        ("Bias, implicit", "implicit-bias", Topic.Kind.COMMUNITY),
    ]:
        talk.topics.create(name=name, slug=slug, kind=kind)
    for name, slug in [("Students", "students"), ("Faculty/Staff", "faculty-staff")]:
        talk.audiences.add(Audience.objects.create(name=name, slug=slug))
    return talk
