"""Personal feeds: what a key gives access to, who gets one, and that it stays secret."""

import datetime
import gzip
import io
import json
import logging

import brotli
import pytest
from django.test import Client
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import FeedKey, User
from accounts.services import create_group, personal_group, replace_key
from config.logs import Json, Text
from seminars.cache import triggers
from seminars.formats import FORMATS
from seminars.models import GroupTalk, Revision
from tests import factories
from tests.clients import signed_in
from tests.factories import NOW
from tests.seminars.reading import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]


def titles(key: FeedKey, query: str = "") -> list[str]:
    answer = Client().get(f"/feeds/{key.key}.json{query}")
    assert answer.status_code == 200
    return [item["title"] for item in json.loads(answer.content)["items"]]


def test_all_groups_with_each_talk_once(ada: User) -> None:
    first, second, third = (factories.talk(title=title) for title in ("One", "Two", "Three"))
    factories.group(first, second, manager=ada)
    factories.group(second, member=ada)
    factories.group(third, manager=factories.user(), visibility="public")
    key = replace_key(user=ada, group=None)
    assert titles(key) == ["One", "Two"]
    calendar = Calendar.from_ical(Client().get(f"/feeds/{key.key}.ics").content)
    assert [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")] == ["One", "Two"]
    assert str(calendar["NAME"]) == "My talks"


def test_one_group(ada: User) -> None:
    group = factories.group(factories.talk(title="One"), manager=ada, name="Lunch")
    factories.group(factories.talk(title="Two"), manager=ada)
    key = replace_key(user=ada, group=group)
    assert titles(key) == ["One"]
    assert titles(key, "?when=past") == []
    feed = json.loads(Client().get(f"/feeds/{key.key}.json").content)
    assert (feed["title"], feed["home_page_url"]) == (
        "Lunch",
        f"http://testserver/groups/{group.slug}/",
    )


def test_an_unchanged_feed_is_not_sent_again(ada: User) -> None:
    path = f"/feeds/{replace_key(user=ada, group=None).key}.ics"
    etag = Client().get(path).headers["ETag"]
    again = Client().get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    factories.group(factories.talk(), manager=ada)
    assert Client().get(path, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
def test_conditional_requests_and_encodings(ada: User, encoding: str) -> None:
    factories.group(factories.talk(abstract="Words. " * 200), manager=ada)
    path = f"/feeds/{replace_key(user=ada, group=None).key}.ics"
    accepted = {"Accept-Encoding": encoding}
    whole, head = Client().get(path, headers=accepted), Client().head(path, headers=accepted)
    assert (head.status_code, head.content, dict(head.headers)) == (200, b"", dict(whole.headers))
    assert whole["Content-Length"] == str(len(whole.content))
    assert whole.get("Content-Encoding", "identity") == encoding
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress}.get(encoding, bytes)
    assert unpack(whole.content) == Client().get(path).content
    tag = whole["ETag"]
    assert (tag == Client().get(path)["ETag"]) is (encoding == "identity")
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        for method in ("GET", "HEAD"):
            answer = Client().generic(method, path, headers=accepted | {"If-None-Match": known})
            assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
    for other in ('"x"', tag[:-1], "W/", "\\,;'"):
        assert Client().get(path, headers={"If-None-Match": other}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_an_unchanged_feed_is_not_rendered(
    ada: User, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.PAGE_CACHE_MB = 8
    triggers.install()
    group = factories.group(factories.talk(), manager=ada)
    Revision.objects.update(changed_at=NOW - datetime.timedelta(days=400))
    path = f"/feeds/{replace_key(user=ada, group=None).key}.ics"
    sent = Client().get(path)
    # Since the last boundary, midnight in Chicago.
    assert sent["Last-Modified"] == "Mon, 03 Mar 2025 06:00:00 GMT"
    for header in (
        {"If-None-Match": sent["ETag"]},
        {"If-Modified-Since": sent["Last-Modified"]},
    ):
        # The key, and the state.
        with django_assert_num_queries(2):
            again = Client().get(path, headers=header)
        assert (again.status_code, again["ETag"]) == (304, sent["ETag"])
    GroupTalk.objects.create(group=group, talk=factories.talk())
    assert Client().get(path, headers={"If-None-Match": sent["ETag"]}).status_code == 200


@pytest.mark.parametrize("suffix", sorted(FORMATS))
def test_it_stays_out_of_caches_search_engines_and_other_sites(ada: User, suffix: str) -> None:
    key = replace_key(user=ada, group=None).key
    for query, status in (("", 200), ("?when=never", 400)):
        answer = Client().get(f"/feeds/{key}.{suffix}{query}")
        assert answer.status_code == status
        assert "private" in answer.headers["Cache-Control"]
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in answer.headers


def test_a_bad_filter_is_named(ada: User) -> None:
    key = replace_key(user=ada, group=None).key
    answer = Client().get(f"/feeds/{key}.ics?colour=red")
    assert answer.content.decode().startswith("There is no filter “colour”.")


def test_a_key_replaces_signing_in_but_shows_no_drafts() -> None:
    series = factories.series()
    organizer = factories.organizer(series)
    open_talk = factories.talk(series=series, join_url="https://join.example.org/1")
    draft = factories.talk(series=series, status="draft")
    group = factories.group(open_talk, draft, manager=organizer, visibility="public")
    key = replace_key(user=organizer, group=group)
    assert titles(key) == [open_talk.title]
    join = "https://join.example.org/1"
    assert join in Client().get(f"/feeds/{key.key}.ics").content.decode()
    assert join not in Client().get(f"/groups/{group.slug}.ics").content.decode()


def test_invalid_keys(ada: User) -> None:
    old = replace_key(user=ada, group=None).key
    new = replace_key(user=ada, group=None).key
    answers = [
        Client().get(f"/feeds/{key}.{suffix}")
        for key in (old, "a" * 34, "x")
        for suffix in sorted(FORMATS)
    ]
    assert {answer.status_code for answer in answers} == {404}
    sentence = "There is no such calendar. Its link may have been reset.\n"
    assert {answer.content.decode() for answer in answers} == {sentence}
    assert {answer.headers["X-Robots-Tag"] for answer in answers} == {"noindex"}
    assert Client().get(f"/feeds/{new}.ics").status_code == 200
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert Client().get(f"/feeds/{new}.ics").status_code == 404


def test_logs_omit_the_key(ada: User) -> None:
    key = replace_key(user=ada, group=None).key
    written = io.StringIO()
    handlers = [logging.StreamHandler(written) for _each in range(2)]
    for handler, formatter in zip(handlers, (Text(), Json()), strict=True):
        handler.setFormatter(formatter)
        logging.getLogger().addHandler(handler)
    try:
        Client().get(f"/feeds/{key}.nothing")
        Client().post(f"/feeds/{key}.ics")
        Client().get(f"/feeds/{key[::-1]}.ics")
    finally:
        for handler in handlers:
            logging.getLogger().removeHandler(handler)
    assert written.getvalue().count("/feeds/…") == 6
    assert key[:-1] not in written.getvalue()


def test_the_own_page_shows_creates_and_resets_links(ada: User) -> None:
    client = signed_in(ada)
    group = create_group(owner=ada, name="Lunch", slug="")
    joined = factories.group(name="Reading", member=ada)

    def addresses() -> dict[str, str]:
        shown = Page(client.get("/me/").content)
        values = [part.attributes["value"] for part in shown.of("address")]
        return dict(zip(shown.words("label"), values, strict=True))

    def key(of: object) -> str:
        return next(one.key for one in FeedKey.objects.filter(user=ada) if one.group == of)

    def post(slug: str, **confirmed: str) -> int:
        answer = client.post("/me/addresses/", {"group": slug, **confirmed})
        if answer.status_code == 302:
            assert answer.headers["Location"] == "/me/#addresses"
        return answer.status_code

    before = addresses()
    assert before == {
        "All my groups": f"http://testserver/feeds/{key(None)}.ics",
        "My talks": f"http://testserver/feeds/{key(personal_group(ada))}.ics",
        "Lunch": f"http://testserver/feeds/{key(group)}.ics",
    }
    assert client.get("/me/addresses/", {"group": joined.slug})["Location"] == "/me/#addresses"
    for slug, of in (("", "all your groups"), (group.slug, "“Lunch”")):
        asked = Page(client.get("/me/addresses/", {"group": slug}).content)
        assert asked.words("h1") == [f"Reset the calendar link for {of}?"]
        assert ("Cancel", "/me/#addresses") in asked.links()
        # An old page may still have the button that creates a link.
        assert post(slug) == 200
    assert addresses() == before
    assert [post(slug, confirmed="1") for slug in ("", group.slug)] == [302, 302]
    assert Page(client.get("/me/").content).words("banner")[-1:] == [
        "Your calendar link was reset. The old one no longer works."
    ]
    assert post(joined.slug) == 302
    assert Page(client.get("/me/").content).words("banner") == ["Your calendar link is ready."]
    after = addresses()
    assert after == {
        "All my groups": f"http://testserver/feeds/{key(None)}.ics",
        "My talks": before["My talks"],
        "Lunch": f"http://testserver/feeds/{key(group)}.ics",
        "Reading": f"http://testserver/feeds/{key(joined)}.ics",
    }
    assert after["Lunch"] != before["Lunch"]
    assert Client().get(before["Lunch"]).status_code == 404
    assert Client().get(after["Lunch"]).status_code == 200


def test_only_members_get_a_key_to_a_group(ada: User) -> None:
    client = signed_in(ada)
    public = factories.group(visibility="public")
    count = FeedKey.objects.count()
    for slug in (public.slug, factories.group().slug, "gone", "\0"):
        assert client.post("/me/addresses/", {"group": slug}).status_code == 404
        assert client.get("/me/addresses/", {"group": slug}).status_code == 404
    assert FeedKey.objects.count() == count
    answer = Client().post("/me/addresses/", {"group": ""})
    assert answer.headers["Location"] == "/accounts/login/?next=/me/addresses/"
