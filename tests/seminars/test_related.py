"""Related talks on the page of a talk."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from seminars.listings import related
from seminars.models import Speaker, Talk, Topic
from seminars.querysets import Viewer
from seminars.search import index
from tests import factories
from tests.factories import NOW
from tests.seminars.reading import Page

pytestmark = pytest.mark.django_db


def topic(name: str) -> Topic:
    return Topic.objects.get_or_create(name=name, slug=name.lower())[0]


def talk(
    title: str, days: int, *people: Speaker, about: str = "", status: str = "announced"
) -> Talk:
    """Return a new talk in this many days, on topics separated by spaces."""
    date = (NOW + datetime.timedelta(days=days)).date()
    made = factories.talk(*people, title=title, date=date, status=status)
    made.topics.add(*map(topic, about.split()))
    return made


def titles(of: Talk, viewer: Viewer | None = None, without: tuple[int, ...] = ()) -> list[str]:
    detailed = Talk.objects.with_details().get(pk=of.pk)
    best = related.related(detailed, viewer=viewer or AnonymousUser(), now=NOW, without=without)
    return [Talk.objects.get(pk=pk).title for pk in best]


def test_upcoming_talks_come_first_then_those_with_most_in_common() -> None:
    ada, bob = factories.speaker(), factories.speaker()
    this = talk("This", 7, ada, about="Graphs Logic")
    talk("Elsewhere", 8, bob, about="Music")
    talk("Past, one topic", -1, bob, about="Graphs")
    talk("Past, two topics", -300, bob, about="Graphs Logic")
    talk("Past, speaker", -3000, ada)
    talk("Coming, late", 90, bob, about="Logic")
    talk("Coming, soon", 9, bob, about="Logic")
    assert titles(this) == [
        "Coming, soon",
        "Coming, late",
        "Past, speaker",
        "Past, two topics",
        "Past, one topic",
    ]
    talk("Coming, speaker", 100, bob, ada)
    assert titles(this)[:2] == ["Coming, speaker", "Coming, soon"]
    assert len(titles(this)) == 5


def test_only_visible_talks_that_take_place() -> None:
    ada = factories.speaker()
    this = talk("This", 7, ada, about="Graphs")
    for status in ("tentative", "draft", "submitted", "cancelled", "postponed"):
        talk(status, 8, ada, about="Graphs", status=status)
    Talk.objects.filter(pk=talk("withdrawn", 8, ada).pk).update(withdrawn_at=NOW)
    hosted = talk("hosted", 8, ada)
    hosted.appearances.update(role="host")
    shown = talk("shown", 9, ada)
    assert titles(this) == titles(this, factories.administrator()) == ["shown"]
    assert titles(this, without=(shown.pk,)) == []
    assert titles(talk("Alone", 7)) == []


def test_an_upcoming_talk_is_related_however_many_were_entered_later() -> None:
    this = talk("This", 7, about="Graphs")
    talk("Coming", 20, about="Graphs")
    for number in range(30):
        talk(f"Old {number}", -400 - number, about="Graphs")
    assert titles(this) == ["Coming", "Old 5", "Old 6", "Old 7", "Old 8"]


def test_rare_words_of_the_title() -> None:
    """Words in at least one and at most fifty other talks count; short ones do not."""
    this = talk("Perfectoid spaces and their moduli", 7)
    talk("Why perfectoid?", 9)
    talk("Moduli, seen from afar", -9)
    talk("Their things", 10)
    index.catch_up()
    assert titles(this) == ["Why perfectoid?", "Moduli, seen from afar"]
    for number in range(50):
        talk(f"Perfectoid {number}", 20)
    index.catch_up()
    assert titles(this) == ["Moduli, seen from afar"]


def test_a_page_shows_related_talks(client: Client) -> None:
    ada = factories.speaker(name="Ada", affiliation="London")
    this = talk("This", 7, ada, about="Graphs")
    other = talk("Other", 9, ada, about="Graphs")
    page = Page(client.get(this.get_absolute_url()).content)
    assert page.words("related-talk") == ["Wed, Mar 12, 2025 Other Ada (London)"]
    assert ("Other", other.get_absolute_url()) in page.links()
    assert Page(client.get(talk("Alone", 9).get_absolute_url()).content).of("related") == []


def test_more_talks_need_no_more_queries() -> None:
    ada = factories.speaker()
    this = talk("Perfectoid spaces", 7, ada, about="Graphs")

    def queries() -> int:
        index.catch_up()
        detailed = Talk.objects.with_details().get(pk=this.pk)
        with CaptureQueriesContext(connection) as captured:
            related.related(detailed, viewer=AnonymousUser(), now=NOW)
        return len(captured)

    talk("Perfectoid one", 9, ada, about="Graphs")
    assert queries() == 4
    talk("Perfectoid two", 9, ada, factories.speaker(), about="Graphs Logic")
    talk("Perfectoid three", -9, ada, about="Logic")
    this.topics.add(topic("Logic"))
    assert queries() == 4
