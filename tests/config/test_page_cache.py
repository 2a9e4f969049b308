"""The page cache: 304 without building, the same bytes until an edit, new ones right after it."""

import datetime
import gzip
from collections.abc import Callable, Iterator
from typing import Any

import brotli
import pytest
import time_machine
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries, Settings

from seminars.cache import revision, triggers
from seminars.models import (
    Appearance,
    Departure,
    GroupTalk,
    Talk,
    TalkRevision,
    Topic,
    Venue,
)
from tests import factories
from tests.factories import NOW

# Committed, because triggers draw a new token when a transaction ends.
pytestmark = pytest.mark.django_db(transaction=True)

LONG_AGO = NOW - datetime.timedelta(days=400)


@pytest.fixture(autouse=True)
def _page_cache(settings: Settings) -> Iterator[None]:
    settings.PAGE_CACHE_MB = 8
    triggers.install()
    with time_machine.travel(NOW, tick=False):
        yield


def settle() -> None:
    """Backdate the last change."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE seminars_revision SET token = 'x', changed_at = %s", [LONG_AGO])


def test_a_response_and_its_headers(client: Client) -> None:
    factories.talk(title="Sparse graphs")
    settle()
    response = client.get("/talks.json")
    assert response.status_code == 200
    assert "Sparse graphs" in response.content.decode()
    headers = {name: response[name] for name in ("Cache-Control", "Vary", "Content-Length")}
    assert headers == {
        "Cache-Control": "public, no-cache",
        "Vary": "Accept-Encoding, HX-Request",
        "Content-Length": str(len(response.content)),
    }
    # The last boundary: midnight in Chicago.
    assert response["Last-Modified"] == "Mon, 03 Mar 2025 06:00:00 GMT"
    assert not response.cookies
    assert "default-src 'none'" in response["Content-Security-Policy"].split("; ")


@pytest.mark.parametrize("path", ["/", "/talks/", "/talks.ics", "/theme.css", "/series/"])
def test_304_reads_the_revision_and_builds_nothing(
    client: Client, path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    factories.talk(series=factories.series(colour="#112233"))
    tag = client.get(path)["ETag"]
    # The second as from a proxy that compressed the response.
    for if_none_match in (f'"other", {tag}', f'W/{tag}, "other"'):
        with django_assert_num_queries(1):
            response = client.get(path, headers={"If-None-Match": if_none_match})
        assert (response.status_code, response.content, response["ETag"]) == (304, b"", tag)
    with django_assert_num_queries(1):
        again = client.get(path)
    assert (again.status_code, again["ETag"]) == (200, tag)


def test_an_edit_is_in_the_next_response(client: Client) -> None:
    talk = factories.talk(title="Before")
    first = client.get("/talks.ics")
    # Not through our own code.
    with connection.cursor() as cursor:
        cursor.execute("UPDATE seminars_talk SET title = 'After' WHERE id = %s", [talk.pk])
    second = client.get("/talks.ics", headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 200
    assert ("Before" in first.content.decode(), "After" in second.content.decode()) == (True, True)
    assert first["ETag"] != second["ETag"]


def test_two_processes_agree() -> None:
    factories.talk()
    one, other = Client().get("/"), Client().get("/")
    assert (one["ETag"], one.content) == (other["ETag"], other.content)


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("br;q=0, gzip;q=1.0", "gzip"),
        ("br;q=0.0,gzip;q=0", None),
        ("", None),
        ("identity", None),
        (",;;q=x,\t", None),
    ],
)
def test_encodings(client: Client, accepted: str, encoding: str | None) -> None:
    factories.talk(abstract="Words. " * 200)
    plain = client.get("/talks.ics")
    for _time in range(2):
        response = client.get("/talks.ics", headers={"Accept-Encoding": accepted})
        assert response.get("Content-Encoding") == encoding
        unpack = {"br": brotli.decompress, "gzip": gzip.decompress}.get(encoding or "", bytes)
        assert unpack(response.content) == plain.content
        assert response["Content-Length"] == str(len(response.content))
        assert (response["ETag"] == plain["ETag"]) is (encoding is None)


@pytest.mark.parametrize("signed_in", [False, True])
def test_pages_that_are_not_for_everyone_are_compressed(client: Client, signed_in: bool) -> None:
    """Of different lengths, which tell nothing of the secrets in them."""
    group = factories.group(
        *(factories.talk() for _number in range(20)), slug="rite", visibility="public"
    )
    if signed_in:
        client.force_login(factories.user())
    lengths = set()
    for path in (f"/groups/{group.slug}/", "/groups/", "/accounts/password/reset/"):
        plain = client.get(path)
        assert not plain.has_header("Content-Encoding")
        for _time in range(20):
            response = client.get(path, headers={"Accept-Encoding": "gzip, br"})
            assert response["Content-Encoding"] == "gzip"
            assert "Accept-Encoding" in response["Vary"]
            assert response["Content-Length"] == str(len(response.content))
            assert b"</html>" in gzip.decompress(response.content)
            lengths.add(len(response.content))
    assert len(lengths) > 10
    refused = client.get("/groups/", headers={"Accept-Encoding": "br, gzip;q=0"})
    assert not refused.has_header("Content-Encoding")


def test_small_responses_are_not_compressed(client: Client) -> None:
    response = client.get("/theme.css", headers={"Accept-Encoding": "br"})
    assert response.content == b":root{--accent:#5b3a9e}\n"
    assert not response.has_header("Content-Encoding")


@pytest.mark.parametrize("path", ["/talks.ics", "/accounts/login/", "/nowhere/", "/xmlfeed"])
def test_head_is_sent_without_a_body(path: str) -> None:
    """As the server receives it: Django's test client removes bodies itself."""
    factories.talk()
    lengths = []
    for method in ("GET", "HEAD", "HEAD"):
        sent: dict[str, str] = {}
        environment = RequestFactory().generic(method, path).environ

        def start(_status: str, headers: Any, *_rest: Any) -> Callable[[bytes], object]:
            sent.update(headers)  # noqa: B023 - called before the next iteration
            return bytes

        response = WSGIHandler()(environment, start)
        body = b"".join(response)
        assert bool(body) is (method == "GET")
        lengths.append(sent["Content-Length"])
    assert lengths[0] == lengths[1] == lengths[2] != "0"


def test_head(client: Client) -> None:
    factories.talk()
    whole, head = client.get("/talks.ics"), client.head("/talks.ics")
    assert (head.status_code, head.content) == (200, b"")
    assert dict(head.headers) == dict(whole.headers)


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ({"If-Modified-Since": "Mon, 03 Mar 2025 06:00:00 GMT"}, 304),
        ({"If-Modified-Since": "Mon, 03 Mar 2025 05:59:59 GMT"}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"other"'}, 200),
        ({"If-None-Match": "\\,;'"}, 200),
        # If-None-Match takes precedence (RFC 9110, section 13.1.3).
        (
            {"If-None-Match": '"x"', "If-Modified-Since": "Mon, 03 Mar 2025 06:00:00 GMT"},
            200,
        ),
    ],
)
def test_conditions(client: Client, header: dict[str, str], status: int) -> None:
    factories.talk()
    settle()
    assert client.get("/", headers=header).status_code == status


def test_a_missing_page_is_never_unchanged(client: Client) -> None:
    settle()
    for header in ({"If-None-Match": "*"}, {"If-Modified-Since": "Mon, 03 Mar 2098 06:00:00 GMT"}):
        response = client.get("/talks/99/", headers=header)
        assert (response.status_code, response.has_header("ETag")) == (404, False)


def test_a_change_within_this_second_has_no_date_yet(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE seminars_revision SET token = 'y', changed_at = %s", [NOW])
    assert not client.get("/").has_header("Last-Modified")
    with time_machine.travel(NOW + datetime.timedelta(seconds=4), tick=False):
        assert client.get("/")["Last-Modified"] == "Mon, 03 Mar 2025 18:00:00 GMT"


def test_people_with_a_session_get_their_own_pages(client: Client) -> None:
    series = factories.series()
    factories.talk(series=series, status="draft", title="Secret draft")
    visitor = Client()
    public = visitor.get("/")
    client.force_login(factories.organizer(series))
    mine = client.get("/", headers={"If-None-Match": public["ETag"]})
    assert mine.status_code == 200
    assert ("Secret draft" in mine.content.decode(), mine.has_header("ETag")) == (True, False)
    assert "private" in mine["Cache-Control"]
    assert "Secret draft" not in visitor.get("/").content.decode()


def test_parts_for_htmx_are_not_mistaken_for_pages(client: Client) -> None:
    factories.talk()
    page = client.get("/talks/")
    part = client.get("/talks/", headers={"HX-Request": "true", "If-None-Match": page["ETag"]})
    assert (part.status_code, part.has_header("ETag")) == (200, False)
    assert "HX-Request" in part["Vary"]
    assert client.get("/talks/").content == page.content


def test_every_public_table_is_watched() -> None:
    assert list(triggers.public_tables()) == [
        "accounts_formeraddress",
        "accounts_group",
        "accounts_grouppicture",
        "accounts_membership",
        "seminars_appearance",
        "seminars_audience",
        "seminars_department",
        "seminars_departure",
        "seminars_follow",
        "seminars_formerwords",
        "seminars_grouptalk",
        "seminars_leftout",
        "seminars_series",
        "seminars_series_audiences",
        "seminars_speaker",
        "seminars_talk",
        "seminars_talk_audiences",
        "seminars_talk_co_series",
        "seminars_talk_topics",
        "seminars_talkwords",
        "seminars_topic",
        "seminars_venue",
    ]


def tokens(talk: Talk) -> tuple[str, str]:
    """Return the talk's own token, and that of what many talks share."""
    own = TalkRevision.objects.filter(talk=talk).values_list("token", flat=True).first() or ""
    return own, revision.state(NOW).shared_token


def test_a_talk_has_a_token_of_its_own() -> None:
    talk, other = factories.talk(venue=factories.venue()), factories.talk()
    topic = Topic.objects.create(name="Logic", slug="logic")
    ada = factories.speaker(name="Ada Lovelace")
    before, others = tokens(talk), tokens(other)
    seen = [before[0]]
    for change in (
        lambda: Talk.objects.filter(pk=talk.pk).update(title="New"),
        lambda: Appearance.objects.create(talk=talk, speaker=ada),
        lambda: talk.appearances.update(affiliation="Kyiv"),
        lambda: talk.topics.add(topic),
        lambda: talk.topics.clear(),
        lambda: talk.appearances.all().delete(),
    ):
        change()
        seen.append(tokens(talk)[0])
    assert len(set(seen)) == len(seen)
    assert tokens(other)[0] == others[0]


def test_what_talks_share_has_a_token() -> None:
    talk = factories.talk(venue=factories.venue())
    own, shared = tokens(talk)
    Talk.objects.filter(pk=talk.pk).update(title="New")
    GroupTalk.objects.create(group=factories.group(), talk=talk)
    assert tokens(talk)[1] == shared
    own = tokens(talk)[0]
    Venue.objects.update(building="Another hall")
    assert (tokens(talk)[0], tokens(talk)[1] != shared) == (own, True)


def test_a_talk_restored_under_its_id_gets_a_new_token() -> None:
    talk = factories.talk()
    number, seen = talk.pk, [tokens(talk)[0]]
    Talk.objects.filter(pk=number).update(title="Before")
    seen.append(tokens(talk)[0])
    Talk.objects.filter(pk=number).delete()
    seen.append(tokens(talk)[0])
    Talk.objects.bulk_create([talk])
    seen.append(tokens(talk)[0])
    assert talk.pk == number
    assert len({*seen, ""}) == 5


def test_migrating_again_leaves_one_set_of_triggers() -> None:
    talk = factories.talk()
    triggers.uninstall()
    before = revision.state(NOW).token
    Talk.objects.filter(pk=talk.pk).update(cost="free")
    assert revision.state(NOW).token == before
    triggers.install()
    triggers.install()
    Talk.objects.filter(pk=talk.pk).update(cost="$5")
    assert revision.state(NOW).token != before


def token() -> str:
    return revision.state(NOW).token


def test_any_write_draws_a_new_token() -> None:
    seen = [token()]
    talk = factories.talk()
    seen.append(token())
    Talk.objects.filter(pk=talk.pk).update(cost="free")
    seen.append(token())
    Talk.objects.bulk_create([Talk(title="Another")])
    seen.append(token())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM seminars_talk")
    seen.append(token())
    assert len(set(seen)) == 5


def test_writes_that_no_visitor_sees_draw_none(client: Client) -> None:
    person = factories.user()
    client.force_login(person)
    before = token()
    client.logout()
    client.force_login(person)
    person.name = "Other"
    person.save()
    assert token() == before


def moments(*talks: Talk) -> list[datetime.datetime]:
    """Return the boundaries between NOW and two days later."""
    slots: list[datetime.datetime] = []
    now = NOW
    while now < NOW + datetime.timedelta(days=2):
        slot = revision.state(now).slot
        if not slots or slots[-1] != slot:
            slots.append(slot)
        now += datetime.timedelta(minutes=5)
    return slots


def utc(day: int, hour: int, minute: int = 0) -> datetime.datetime:
    return datetime.datetime(2025, 3, day, hour, minute, tzinfo=datetime.UTC)


def test_boundaries_of_time() -> None:
    day = datetime.date(2025, 3, 4)
    factories.talk(
        date=day, join_url="https://x.example.org", join_access="timed", join_opens_minutes=20
    )
    left = utc(4, 21) - datetime.timedelta(days=60)
    Departure.objects.create(talk=factories.talk(date=day), dimension="x", value="y", left_at=left)
    withdrawn = utc(4, 20) - datetime.timedelta(days=60)
    factories.talk(date=datetime.date(2024, 1, 8), withdrawn_at=withdrawn)
    assert moments() == [
        utc(3, 6),
        utc(4, 6),
        utc(4, 17, 40),
        utc(4, 18),
        utc(4, 19),
        utc(4, 19, 30),
        utc(4, 20),
        utc(4, 21),
        utc(5, 6),
    ]
