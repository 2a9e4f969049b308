"""The pages to follow something: links and names, permissions, and errors."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Group, User
from accounts.services import personal_group
from seminars.models import Follow, GroupTalk, LeftOut, Series, Talk, Topic
from seminars.services.following import follow
from tests import factories
from tests.clients import signed_in
from tests.factories import NOW
from tests.seminars.reading import Page, messages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]


@pytest.fixture
def us(ada: User) -> Group:
    return factories.group(name="Us", slug="us", visibility="public", manager=ada)


@pytest.fixture
def browser(ada: User, us: Group) -> Client:
    return signed_in(ada)


@pytest.fixture
def theory() -> Series:
    return factories.series(name="Theory Seminar", slug="theory")


def post(browser: Client, what: str, *, slug: str = "us") -> Page:
    """Return the page after posting, also after a redirect."""
    answer = browser.post(f"/groups/{slug}/follows/", {"what": what}, follow=True)
    return Page(answer.content)


def followed(group: Group) -> list[tuple[str, str]]:
    return [(rule.kind, rule.filters or rule.name) for rule in group.follows.all()]


ADDRESSES = {
    "/series/theory/": ("series", "Theory Seminar"),
    "http://testserver/series/theory/?when=past&page=2": ("series", "Theory Seminar"),
    "webcal://testserver/series/theory.ics": ("series", "Theory Seminar"),
    "testserver/topics/logic/": ("topic", "Logic"),
    "/venues/mudd.atom": ("venue", "Mudd"),
    "/departments/maths/?utm_source=mail": ("department", "Maths"),
    "/talks/?series=theory": ("series", "Theory Seminar"),
    "/talks/?q=proof&topic=logic&when=all": ("filters", "q=proof&topic=logic"),
    "/series/theory/?topic=logic": ("filters", "series=theory&topic=logic"),
    "/talks.json?attendance=online": ("filters", "attendance=online"),
    "/calendar/2025/03/?year=2025": ("filters", "year=2025"),
    "/groups/them/?when=past": ("followed", "Them"),
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_followed(browser: Client, us: Group, theory: Series, address: str) -> None:
    Topic.objects.create(name="Logic", slug="logic")
    factories.venue(building="Mudd", slug="mudd")
    factories.department(name="Maths", slug="maths")
    factories.group(name="Them", slug="them", visibility="public")
    answer = browser.post("/groups/us/follows/", {"what": f" {address} "})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/groups/us/follows/")
    assert followed(us) == [ADDRESSES[address]]
    (sentence,) = messages(answer)
    assert sentence.startswith("The group now follows ")


def test_a_speaker_is_followed(browser: Client, us: Group) -> None:
    grace = factories.speaker(name="Grace Hopper")
    factories.talk(grace, series=factories.series())
    for address in (grace.get_absolute_url(), f"/talks/?speaker={grace.pk}&q=x"):
        post(browser, address)
    assert followed(us) == [("speaker", "Grace Hopper"), ("filters", f"q=x&speaker={grace.pk}")]


NOT_HERE = "That link doesn’t lead to a page on this site."
OTHER_SITE = "That link leads to another site. Paste one that starts with http://testserver."
NOT_FOLLOWED = (
    "That page can’t be followed. Paste the link of a series, speaker, topic, venue,"
    " department or group, or of a search."
)


@pytest.mark.parametrize(
    ("what", "wrong"),
    [
        ("/series/nowhere/", NOT_HERE),
        ("/groups/nowhere/", NOT_HERE),
        ("/groups/secret/", NOT_HERE),
        ("/speakers/99/", NOT_HERE),
        ("/speakers/999999999999999999/x/", NOT_HERE),
        ("/nowhere/", NOT_HERE),
        ("/series/a\0b/", NOT_HERE),
        ("https://elsewhere.example.org/series/theory/", OTHER_SITE),
        ("javascript://testserver/series/theory/", OTHER_SITE),
        ("http://[/", "That isn’t a link."),
        ("/me/", NOT_FOLLOWED),
        ("/talks/1/", NOT_FOLLOWED),
        ("/admin/", NOT_FOLLOWED),
        ("/talks/", "This search matches all talks. Choose at least one filter first."),
        ("/talks/?when=past", "This search matches all talks. Choose at least one filter first."),
        ("/talks/?topic=nowhere", "There is no topic “nowhere”."),
        (
            "/talks/?group=us",
            "A search filtered by group can’t be followed. Follow the group itself.",
        ),
        ("/talks/?year=soon", "“year” must be a year such as 2025, not “soon”."),
        ("/groups/us/", "A group can’t follow itself."),
        ("zzz", "No matches. Try another name, or paste a link."),
        ("", "No matches. Try another name, or paste a link."),
        ("\0", "No matches. Try another name, or paste a link."),
    ],
)
def test_what_cannot_be_followed(browser: Client, us: Group, what: str, wrong: str) -> None:
    factories.group(name="Secret", slug="secret")
    answer = browser.post("/groups/us/follows/", {"what": what})
    page = Page(answer.content)
    assert (answer.status_code, page.words("errorlist")) == (400, [wrong])
    field = next(part for part in page.of("input") if part.attributes.get("name") == "what")
    assert field.attributes["value"].replace("\ufffd", "\0") == what
    assert followed(us) == []


def test_a_name_finds_pages(browser: Client, us: Group, theory: Series) -> None:
    draft, grace = factories.speaker(name="Theory Draft"), factories.speaker(name="Theo Theory")
    factories.talk(draft, status="draft")
    factories.talk(grace)
    factories.group(name="Theory Secret", slug="secret")
    factories.group(name="Theory Club", slug="club", visibility="public")
    page = post(browser, "theory")
    hidden = [part.attributes for part in page.of("input") if "required" not in part.attributes]
    forms = [one["value"] for one in hidden if one.get("name") == "what"]
    assert forms == ["/series/theory/", "/groups/club/", grace.get_absolute_url()]
    assert page.words("errorlist") == []
    post(browser, forms[0])
    assert followed(us) == [("series", "Theory Seminar")]


def test_twice_and_too_many(browser: Client, ada: User, us: Group, theory: Series) -> None:
    post(browser, "/series/theory/")
    page = post(browser, "/series/theory/")
    assert page.words("errorlist") == ["The group already follows this."]
    for number in range(20):
        post(browser, f"/talks/?q={number}")
    assert post(browser, "/talks/?q=0").words("errorlist") == ["The group already follows this."]
    page = post(browser, "/talks/?q=more")
    assert page.words("errorlist") == ["A group can follow up to 20 searches. Remove one first."]
    Follow.objects.bulk_create(Follow(group=us, series=factories.series()) for _each in range(179))
    page = post(browser, factories.series(slug="more").get_absolute_url())
    assert page.words("errorlist") == ["A group can follow up to 200 things. Remove one first."]


def test_removing(browser: Client, us: Group, theory: Series) -> None:
    factories.talk(title="Proofs", series=theory)
    post(browser, "/series/theory/")
    assert Page(browser.get("/groups/us/").content).words("row-why") == ["From Theory Seminar"]
    rule = us.follows.get()
    answers = [browser.post(f"/groups/us/follows/{rule.pk}/remove/") for _twice in range(2)]
    again = "/me/follow/?what=%2Fseries%2Ftheory%2F"
    link = f"<a href='{again}'>Follow it again</a>"
    assert [messages(answer)[-1] for answer in answers] == [
        f"The group no longer follows “Theory Seminar”. {link}",
        "That was already removed.",
    ]
    assert "Theory Seminar" in Page(browser.get(again).content).words("lead")
    assert Page(browser.get("/groups/us/").content).words("row-title") == []


def test_excluding_and_restoring(browser: Client, us: Group, theory: Series) -> None:
    talk = factories.talk(title="Proofs", series=theory)
    post(browser, "/series/theory/")
    page = Page(browser.get(f"/groups/us/talks/{talk.pk}/").content)
    assert "From Theory Seminar" in page.words("p")
    for words in ("Removed “Proofs”.", "“Proofs” was already removed."):
        answer = browser.post(f"/groups/us/talks/{talk.pk}/", {"remove": "1"})
        assert (answer.headers["Location"], messages(answer)[-1]) == ("/groups/us/", words)
    assert Page(browser.get("/groups/us/").content).words("row-title") == []
    page = Page(browser.get("/groups/us/follows/").content)
    assert ("Proofs", talk.get_absolute_url()) in page.links()
    answer = browser.post(f"/groups/us/talks/{talk.pk}/in/")
    assert messages(answer)[-1] == "The talk is back in the group."
    assert Page(browser.get("/groups/us/").content).words("row-title") == ["Proofs"]


def test_the_menu_of_groups_excludes_too(browser: Client, us: Group, theory: Series) -> None:
    talk = factories.talk(title="Proofs", series=theory)
    post(browser, "/series/theory/")
    path = f"/talks/{talk.pk}/add/"
    page = Page(browser.get(path).content)
    assert [one for one in page.words("check") if "Us" in one] == ["Us from Theory Seminar"]
    browser.post(path, {"was": ["us"], "groups": []})
    assert (LeftOut.objects.get().talk, GroupTalk.objects.count()) == (talk, 0)
    browser.post(path, {"was": [], "groups": ["us"]})
    assert (LeftOut.objects.count(), GroupTalk.objects.count()) == (0, 1)


ROLES = ("manager", "contributor", "member", "stranger", "visitor")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("visibility", ["public", "private"])
def test_permissions(theory: Series, role: str, visibility: str) -> None:
    person, talk = factories.user(), factories.talk(series=theory)
    people = {role: person} if role in ("manager", "contributor", "member") else {}
    group = factories.group(slug="us", visibility=visibility, **people)
    rule = Follow.objects.create(group=group, series=theory)
    client = Client() if role == "visitor" else signed_in(person)
    outside = 403 if visibility == "public" or people else 404
    refused = 302 if role == "visitor" else outside
    may = {
        "follows/": {"manager": 200},
        f"talks/{talk.pk}/": {"manager": 200, "contributor": 200},
    }
    for path, statuses in may.items():
        assert client.get(f"/groups/us/{path}").status_code == statuses.get(role, refused)
    posts = {
        f"talks/{talk.pk}/": ("manager", "contributor"),
        f"talks/{talk.pk}/in/": ("manager", "contributor"),
        "follows/": ("manager",),
        f"follows/{rule.pk}/remove/": ("manager",),
    }
    before = (Follow.objects.count(), LeftOut.objects.count())
    for path, roles in posts.items():
        answer = client.post(f"/groups/us/{path}", {"what": "/series/theory/?q=x", "remove": "1"})
        assert answer.status_code == (302 if role in roles else refused), path
        if role == "visitor":
            assert answer.headers["Location"].startswith("/accounts/login/")
    if role not in ("manager", "contributor"):
        assert (Follow.objects.count(), LeftOut.objects.count()) == before
    for path in (f"talks/{talk.pk}/in/", f"follows/{rule.pk}/remove/"):
        assert client.get(f"/groups/us/{path}").status_code == 405


def test_rules_and_talks_of_other_groups_are_not_found(browser: Client, theory: Series) -> None:
    other = factories.group(slug="other", visibility="public", manager=factories.user())
    rule = Follow.objects.create(group=other, series=theory)
    browser.post(f"/groups/us/follows/{rule.pk}/remove/")
    assert Follow.objects.get() == rule
    draft = factories.talk(status="draft", series=theory)
    for path in (f"talks/{draft.pk}/", f"talks/{draft.pk}/in/", "talks/99999/"):
        assert browser.post(f"/groups/us/{path}").status_code == 404


def test_a_personal_group_can_follow(ada: User, theory: Series) -> None:
    factories.talk(title="Proofs", series=theory)
    mine = personal_group(ada)
    browser = signed_in(ada)
    post(browser, "/series/theory/", slug=mine.slug)
    assert followed(mine) == [("series", "Theory Seminar")]
    assert Page(browser.get("/me/").content).words("row-title") == ["Proofs"]


def test_three_rules_need_no_more_queries_than_one(ada: User, us: Group, browser: Client) -> None:
    """With rules of each kind, followed groups, talks and exclusions."""
    counts = []
    for number in range(2):
        for extra in range(1 if number == 0 else 2):
            series, venue = factories.series(), factories.venue()
            topic = Topic.objects.create(name=f"T{number}{extra}", slug=f"t{number}{extra}")
            person = factories.speaker()
            talks = [factories.talk(person, series=series, venue=venue) for _each in range(2)]
            talks[0].topics.add(topic)
            them = factories.group(manager=ada, visibility="public")
            for target in (series, venue, topic, person, factories.department(), them):
                follow(group=us, target=target, by=ada, now=NOW)
            Follow.objects.create(group=us, filters=f"q=talk&topic={topic.slug}", title="x")
            follow(group=them, target=series, by=ada, now=NOW)
            LeftOut.objects.create(group=them, talk=talks[0])
        add = f"/talks/{Talk.objects.earliest('pk').pk}/add/"
        for path in ("/groups/us/", "/groups/us.ics", "/me/", "/", add):
            browser.get(path)
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(path).status_code == 200
            counts.append(len(queries))
    assert counts[:5] == counts[5:]


def test_from_the_page_of_what_is_followed(
    browser: Client, us: Group, ada: User, theory: Series
) -> None:
    factories.group(name="Only a member", member=ada)
    link = ("Follow in a group", "/me/follow/?what=%2Fseries%2Ftheory%2F")
    assert link in Page(browser.get("/series/theory/").content).links()
    assert link not in Page(Client().get("/series/theory/").content).links()
    page = Page(browser.get(link[1]).content)
    assert page.words("entries") == ["My talks Follow: My talks Us Follow: Us"]
    hidden = [part.attributes for part in page.of("input")]
    assert [one["value"] for one in hidden if one["name"] == "what"] == ["/series/theory/"] * 2
    for what in ("/nowhere/", "", "/talks/", "\0", "/groups/secret/"):
        answer = browser.get("/me/follow/", {"what": what})
        assert (answer.status_code, len(Page(answer.content).words("banner-error"))) == (400, 1)
    assert Client().get("/me/follow/?what=/series/theory/").status_code == 302
