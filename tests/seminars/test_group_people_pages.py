"""The pages about a group's members: permissions, invitations, roles and join requests."""

import datetime

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Group, GroupEvent, Invitation, Membership, User
from accounts.people import create_verified
from accounts.services import invitations
from tests import factories
from tests.accounts import sign_in_pages
from tests.clients import signed_in
from tests.factories import NOW
from tests.routes import rows
from tests.seminars.reading import Page, messages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]

ROLES = ("visitor", "stranger", "other", "administrator", "member", "contributor", "manager")
#: What is posted to each path, and the roles that may; for others nothing changes.
MANAGERS = {"manager"}
ACTS = {
    "invite/": ({"addresses": "new@example.org", "role": "member"}, MANAGERS),
    "links/": ({"link-role": "member", "link-days": "7"}, MANAGERS),
    "invitations/{invitation}/": ({"revoke": "1"}, MANAGERS),
    "people/{person}/": ({"role": "contributor"}, MANAGERS),
    "wishes/{wish}/": ({"accept": "1"}, MANAGERS),
    "history/{event}/undo/": ({}, MANAGERS),
    "talks/": ({"talk": "{other}"}, {"manager", "contributor"}),
    "talks/{other}/": ({"note": "Read it before"}, {"manager", "contributor"}),
    "letter/": ({"subject": "Hello", "text": "All", "talks": "none", "send": "1"}, MANAGERS),
    "mail/": ({"weekly": "on"}, {"member", "contributor", "manager"}),
    "edit/": ({"name": "New", "visibility": "public", "address": "g"}, MANAGERS),
    "token/": ({}, MANAGERS),
    "delete/": ({}, MANAGERS),
}
PAGES = {
    "people/": {"member", "contributor", "manager"},
    "history/": MANAGERS,
    "edit/": MANAGERS,
    "delete/": MANAGERS,
    "address/": MANAGERS,
    "token/": MANAGERS,
    "leave/": {"member", "contributor", "manager"},
    "letter/": MANAGERS,
    "mail/": {"member", "contributor", "manager"},
    "talks/": {"manager", "contributor"},
    "talks/{talk}/": {"manager", "contributor"},
}


TOKEN_RESET = (
    "The token of the group’s old calendar feeds was reset too. Pages that use them need the new"
    " link, which managers find under “Edit group”."
)


def _client(who: str, group: Group) -> Client:
    client = Client()
    if who == "visitor":
        return client
    person = factories.administrator() if who == "administrator" else factories.user()
    if who in Membership.Role.values:
        Membership.objects.create(group=group, user=person, role=who)
    if who == "other":
        factories.group(manager=person)
    client.force_login(person)
    return client


def _world(visibility: str) -> tuple[Group, dict[str, int]]:
    talk = factories.talk()
    manager, person = factories.user(name="Ada"), factories.user(name="Bob")
    group = factories.group(
        talk, slug="g", name="Quokka", visibility=visibility, manager=manager, member=person
    )
    event = GroupEvent.objects.create(group=group, kind="talk added", talk_id=talk.pk)
    invitation = invitations.create_link(group=group, by=manager, role="member", days=7, now=NOW)
    wish = group.join_requests.create(user=factories.user())
    ids = {"talk": talk, "person": person, "event": event, "invitation": invitation, "wish": wish}
    return group, {name: row.pk for name, row in ids.items()} | {"other": factories.talk().pk}


@pytest.mark.parametrize("visibility", ["public", "private"])
@pytest.mark.parametrize("who", ROLES)
def test_permissions_to_open_pages(who: str, visibility: str) -> None:
    group, ids = _world(visibility)
    client = _client(who, group)
    inside = who in Membership.Role.values
    nowhere = client.get("/groups/nowhere/people/")
    for path, may in PAGES.items():
        there = path.format(**ids)
        answer = client.get(f"/groups/g/{there}")
        if who == "visitor":
            assert answer.headers["Location"] == f"/accounts/login/?next=/groups/g/{there}"
        elif who in may:
            assert answer.status_code == 200, path
            assert "no-store" in answer.headers["Cache-Control"]
        elif inside or visibility == "public":
            assert answer.status_code == 403, path
        else:
            assert answer.status_code == 404, path
            assert answer.content == nowhere.content


@pytest.mark.parametrize("visibility", ["public", "private"])
@pytest.mark.parametrize("who", ROLES)
def test_permissions_to_change_something(who: str, visibility: str) -> None:
    group, ids = _world(visibility)
    client = _client(who, group)
    inside = who in Membership.Role.values
    done = set()
    before = rows()
    for path, (data, may) in ACTS.items():
        sent = {name: value.format(**ids) for name, value in data.items()}
        answer = client.post(f"/groups/{group.slug}/{path.format(**ids)}", sent)
        if who in may:
            assert answer.status_code == 302, path
            after = rows()
            assert after != before, path
            before = after
            done.add(path)
        elif who == "visitor":
            assert answer.headers["Location"].startswith("/accounts/login/?next=/groups/g/")
        else:
            assert answer.status_code == (403 if inside or visibility == "public" else 404), path
    assert rows() == before
    assert done == {path for path, (_data, may) in ACTS.items() if who in may}


def test_the_members_page(browser: Client, ada: User) -> None:
    nameless = factories.user(email="nameless@example.org")
    group = factories.group(slug="g", manager=ada, member=nameless)
    page = Page(browser.get("/groups/g/people/").content)
    shown = " ".join(page.words("entries"))
    assert "Ada ada@example.org You" in shown
    assert "nameless@example.org" in shown
    other = _client("contributor", group)
    seen = other.get("/groups/g/people/").content.decode()
    assert "Unnamed member" in seen
    assert "nameless@example.org" not in seen
    assert "ada@example.org" not in seen
    assert "<form" not in seen


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("", "This field is required."),
        ("bob@", "“bob@” is not an email address. No invitations have been sent yet."),
        (
            "eve@example.org, Bob",
            "“bob” is not an email address. No invitations have been sent yet.",
        ),
        ("a\0b@example.org", "Null characters are not allowed."),
        (
            " ".join(f"p{n}@example.org" for n in range(51)),
            "You can invite at most 50 people at once.",
        ),
        (
            " ".join(f"p{n}@example.org" for n in range(50)),
            "Too many invitations: the limit is 30 an hour. Try again later.",
        ),
    ],
)
def test_invalid_addresses_stay_in_the_form(
    browser: Client, ada: User, typed: str, wrong: str
) -> None:
    group = factories.group(slug="g", manager=ada)
    answer = browser.post("/groups/g/invite/", {"addresses": typed, "role": "manager"})
    assert answer.status_code == 400
    page = Page(answer.content)
    assert page.words("errorlist") == [wrong]
    assert page.words("textarea") == [typed.replace("\0", "\0")]
    assert 'value="manager" selected' in answer.content.decode()
    assert (group.invitations.count(), mail.outbox) == (0, [])


def test_inviting_by_email(browser: Client, ada: User) -> None:
    group = factories.group(slug="g", manager=ada)
    sent = {"addresses": "Bob B. <Bob@example.org>\neve@example.org", "role": "contributor"}
    answer = browser.post("/groups/g/invite/", sent)
    assert messages(answer) == ["Invited: bob@example.org and eve@example.org."]
    page = Page(browser.get("/groups/g/people/").content)
    assert "eve@example.org Contributor · expires April 2, 2025" in " ".join(page.words("entries"))
    one = group.invitations.get(email="eve@example.org")
    # Only the recipient may see the key of an emailed invitation.
    assert one.key not in browser.get("/groups/g/people/").content.decode()
    answer = browser.post(f"/groups/g/invitations/{one.pk}/", {"resend": "1"})
    assert messages(answer)[-1:] == ["Invitation resent to eve@example.org."]
    answer = browser.post(f"/groups/g/invitations/{one.pk}/", {"revoke": "1"})
    assert messages(answer)[-1:] == ["The invitation was revoked."]
    answer = browser.post("/groups/g/invite/", {"addresses": ada.email, "role": "member"})
    assert messages(answer)[-1:] == ["Already in the group: ada@example.org."]
    assert len(mail.outbox) == 3


def test_another_groups_members_and_invitations_are_not_found(browser: Client, ada: User) -> None:
    """A manager cannot change another group by ids of its rows."""
    other, ids = _world("public")
    factories.group(slug="own", manager=ada)
    before = rows()
    for path in ("invitations/{invitation}/", "people/{person}/", "history/{event}/undo/"):
        answer = browser.post(f"/groups/own/{path.format(**ids)}", {"revoke": "1"})
        assert answer.status_code == 404, path
    browser.post("/groups/own/wishes/{wish}/".format(**ids), {"accept": "1"})
    assert rows() == before
    assert other.memberships.count() == 2


def test_changing_roles_removing_and_transferring_ownership(browser: Client, ada: User) -> None:
    bob = factories.user(name="Bob")
    group = factories.group(slug="g", manager=ada, member=bob)
    path = f"/groups/g/people/{bob.pk}/"
    answer = browser.post(f"/groups/g/people/{ada.pk}/", {"role": "member"})
    assert messages(answer) == ["A group needs a manager. Make someone else a manager first."]
    answer = browser.post(path, {"role": "king"})
    assert messages(answer)[-1:] == ["There is no such role."]
    invitations.create_link(group=group, by=ada, role="member", days=0, now=NOW)
    for act, question in (
        ("remove", "Remove Bob from"),
        ("transfer", "Transfer ownership to Bob"),
    ):
        page = Page(browser.post(path, {act: "1"}).content)
        assert page.words("h1")[0].startswith(question)
        assert ("Cancel", "/groups/g/people/") in page.links()
    assert group.memberships.get(user=bob).role == "member"
    answer = browser.post(path, {"remove": "1", "confirmed": "1"})
    assert messages(answer)[-2:] == [
        "Bob was removed.",
        "The group’s invitation links, and the invitations they sent, were revoked too.",
    ]
    assert browser.post(path, {"remove": "1"}).status_code == 404
    Membership.objects.create(group=group, user=bob)
    answer = browser.post(path, {"transfer": "1", "confirmed": "1"})
    assert answer.headers["Location"] == "/groups/g/people/"
    assert messages(answer)[-2:] == [
        "Bob now manages the group, and you’re a contributor.",
        TOKEN_RESET,
    ]
    assert browser.post(path, {"remove": "1"}).status_code == 403


def test_an_invitation_link_is_shown_to_managers_and_works(browser: Client, ada: User) -> None:
    group = factories.group(slug="g", name="Reading", manager=ada)
    answer = browser.post("/groups/g/links/", {"link-role": "contributor", "link-days": "0"})
    assert messages(answer) == ["The link is ready. Copy it and share it."]
    invitation = group.invitations.get()
    assert (invitation.role, invitation.expires_at) == ("contributor", None)
    page = Page(browser.get("/groups/g/people/").content)
    assert [part.attributes["value"] for part in page.of("address")] == [
        f"http://testserver/invitations/{invitation.key}/"
    ]
    wrong = browser.post("/groups/g/links/", {"link-role": "manager", "link-days": "x"})
    assert wrong.status_code == 400
    assert len(Page(wrong.content).words("errorlist")) == 2
    eve = _client("stranger", group)
    page = Page(eve.get(invitation.get_absolute_url()).content)
    assert page.words("h1") == ["You’re invited to “Reading”"]
    assert not group.memberships.filter(role="contributor").exists()
    answer = eve.post(invitation.get_absolute_url(), {"accept": "1"})
    assert (answer.headers["Location"], messages(answer)) == (
        "/groups/g/",
        ["You’re now a contributor to Reading."],
    )
    again = eve.get(invitation.get_absolute_url())
    assert (again.status_code, again.headers["Location"]) == (302, "/groups/g/")


def test_signing_up_leads_back_to_the_invitation(browser: Client, ada: User) -> None:
    group = factories.group(slug="g", name="Reading", manager=ada)
    browser.post("/groups/g/invite/", {"addresses": "new@example.org", "role": "contributor"})
    there = group.invitations.get().get_absolute_url()
    assert f"http://testserver{there}" in str(mail.outbox[0].body)
    new = Client()
    page = Page(new.get(there).content)
    assert page.words("h1") == ["You’re invited to “Reading”"]
    assert new.post(there).headers["Location"] == f"/accounts/login/?next={there}"
    sign_up = dict(page.links("button"))["Create an account"]
    assert sign_up == f"/accounts/signup/?next={there}"
    form = sign_in_pages.page(new, sign_up)
    data = {
        "email": "new@example.org",
        "password1": sign_in_pages.PASSWORD,
        "next": form.hidden["next"],
    }
    assert new.post("/accounts/signup/", data).headers["Location"] == sign_in_pages.CODE
    assert sign_in_pages.type_code(new, sign_in_pages.mailed_code()) == there
    assert not group.memberships.filter(user__email="new@example.org").exists()
    assert Page(new.get("/me/").content).words("entries") == [
        "Reading Contributor · from Ada Join: ReadingDecline: Reading"
    ]
    assert new.post(there, {"accept": "1"}).headers["Location"] == "/groups/g/"
    assert group.memberships.get(user__email="new@example.org").role == "contributor"
    assert "entries" not in new.get("/me/").content.decode()


def test_declining_needs_a_confirmation(browser: Client, ada: User) -> None:
    group = factories.group(slug="g", name="Reading", manager=ada)
    bob = create_verified("bob@example.org", None)
    invitations.invite(group=group, by=ada, addresses=[bob.email], role="member", now=NOW)
    invitation = group.invitations.get()
    browser.force_login(bob)
    question = Page(browser.post(invitation.get_absolute_url(), {"decline": "1"}).content)
    assert question.words("h1") == ["Decline the invitation to “Reading”?"]
    invitation.refresh_from_db()
    assert invitation.is_open(NOW)
    answer = browser.post(invitation.get_absolute_url(), {"decline": "1", "confirmed": "1"})
    assert messages(answer) == ["You declined the invitation."]


def test_signed_in_with_another_address(browser: Client, ada: User) -> None:
    group = factories.group(slug="g", manager=ada)
    invitations.invite(group=group, by=ada, addresses=["b@example.org"], role="member", now=NOW)
    there = group.invitations.get().get_absolute_url()
    eve = signed_in(create_verified("eve@example.org", None))
    page = Page(eve.get(there).content)
    (question,) = page.words("banner-warning")
    assert question == (
        "This invitation was sent to …@example.org, and you are signed in as eve@example.org."
        " If both addresses are yours, you can accept it here. It can be used only once."
    )
    assert page.words("button") == [
        "Join as eve@example.org",
        "Sign out and use the other address",
    ]
    left = eve.post("/accounts/logout/", {"next": there})
    assert left.headers["Location"] == there


def _manager_invitation(ada: User) -> Invitation:
    group = factories.group(slug="g", name="Reading", manager=ada)
    bob = "bob@example.org"
    invitations.invite(group=group, by=ada, addresses=[bob], role="manager", now=NOW)
    return group.invitations.get()


def test_only_the_invited_address_becomes_a_manager(ada: User) -> None:
    made = _manager_invitation(ada)
    there, group = made.get_absolute_url(), made.group
    unconfirmed = factories.user(email="bob@example.com")
    EmailAddress.objects.create(user=unconfirmed, email="bob@example.org", verified=False)
    for person in (create_verified("eve@example.org", None), unconfirmed):
        other, own = signed_in(person), person.email
        shown = other.get(there)
        assert shown.status_code == 200
        for answer in (
            shown,
            other.post(there, {"accept": "1"}),
            other.post(there, {"decline": "1"}),
            other.post(there, {"decline": "1", "confirmed": "1"}),
        ):
            assert answer.status_code == (200 if answer is shown else 403)
            page = Page(answer.content)
            assert page.words("banner-warning") == [
                (
                    f"You are signed in as {own}, but this invitation is for b…@example.org."
                    f" Sign in with that address to respond, or ask for an invitation to {own}."
                )
            ]
            assert page.words("button") == ["Sign out and use the other address"]
            assert "bob@example.org" not in answer.content.decode()
    made.refresh_from_db()
    assert (made.outcome, group.memberships.count()) == ("", 1)
    bob = signed_in(create_verified("bob@example.org", None))
    assert Page(bob.get(there).content).words("button") == ["Join the group", "Decline"]
    assert messages(bob.post(there, {"accept": "1"})) == ["You’re now a manager of Reading."]
    assert group.memberships.get(user__email="bob@example.org").role == "manager"


def test_visitors_learn_which_address_to_sign_in_with(ada: User) -> None:
    made = _manager_invitation(ada)
    answer = Client().get(made.get_absolute_url())
    assert Page(answer.content).words("measure") == [
        (
            "This invitation is for b…@example.org. Sign in with that address to respond."
            " No account yet? Creating one takes a minute and brings you back here."
        )
    ]
    assert "bob@example.org" not in answer.content.decode()
    assert "it works only with the address bob@example.org." in str(mail.outbox[0].body)


def test_nobody_else_declines_an_emailed_invitation(ada: User) -> None:
    group = factories.group(slug="g", manager=ada)
    invitations.invite(group=group, by=ada, addresses=["bob@example.org"], role="member", now=NOW)
    made = group.invitations.get()
    eve = signed_in(create_verified("eve@example.org", None))
    for data in ({"decline": "1"}, {"decline": "1", "confirmed": "1"}):
        assert eve.post(made.get_absolute_url(), data).status_code == 403
    made.refresh_from_db()
    assert made.is_open(NOW)


def test_closed_invitations(browser: Client, ada: User) -> None:
    group = factories.group(slug="g", name="Quokka", manager=ada)
    bob = signed_in(create_verified("bob@example.org", None))
    invitations.invite(group=group, by=ada, addresses=["bob@example.org"], role="member", now=NOW)
    invitation = group.invitations.get()
    there = invitation.get_absolute_url()
    why = {}
    for outcome in ("accepted", "declined", "withdrawn"):
        group.invitations.update(outcome=outcome)
        for answer in (bob.get(there), bob.post(there, {"accept": "1"}), Client().get(there)):
            assert answer.status_code == 410
            why[outcome] = Page(answer.content).words("lead")[0]
            assert "Quokka" not in answer.content.decode()
    group.invitations.update(outcome="", expires_at=NOW - datetime.timedelta(seconds=1))
    assert Page(bob.get(there).content).words("lead") == ["This invitation has expired."]
    assert why == {
        "accepted": "This invitation has already been used.",
        "declined": "This invitation has been declined.",
        "withdrawn": "This invitation has been withdrawn.",
    }
    unknown = bob.get(f"/invitations/{invitation.key[::-1]}/")
    assert unknown.status_code == 404
    group.delete()
    assert bob.get(there).status_code == 404


def test_asking_to_join(browser: Client, ada: User) -> None:
    group = factories.group(slug="g", name="Open", manager=ada, visibility="public")
    eve = signed_in(factories.user(name="Eve", email="eve@example.org"))
    assert "Ask to join" in Page(eve.get("/groups/g/").content).words("summary")
    answer = eve.post("/groups/g/join/", {"words": "x" * 301})
    assert messages(answer) == ["Ensure this value has at most 300 characters (it has 301)."]
    eve.post("/groups/g/join/", {"words": "Let me in"})
    answer = eve.post("/groups/g/join/", {})
    assert messages(answer)[-2:] == [
        "Your request was sent. You’ll get an email when a manager responds.",
        "You’ve already asked to join. You’ll get an email when a manager responds.",
    ]
    for path in ("/groups/g/", "/me/"):
        assert Page(browser.get(path).content).words("tag-on") == ["1 join request"]
    people = Page(browser.get("/groups/g/people/").content)
    assert people.words("entries")[0] == "Eve eve@example.org Let me in Accept: EveDecline: Eve"
    wish = group.join_requests.get()
    answer = browser.post(f"/groups/g/wishes/{wish.pk}/", {"accept": "1"})
    assert messages(answer)[-1:] == ["Eve is now a member of the group."]
    answer = browser.post(f"/groups/g/wishes/{wish.pk}/", {"decline": "1"})
    assert messages(answer)[-1:] == ["This request has already been answered or canceled."]
    answer = eve.post("/groups/g/join/", {})
    assert messages(answer)[-1:] == ["You’re already a member of this group."]
    factories.group(slug="private")
    assert eve.post("/groups/private/join/", {}).status_code == 404
    assert eve.post("/groups/gone/join/", {}).status_code == 404


def test_three_members_need_no_more_queries_than_one(browser: Client, ada: User) -> None:
    question = {}
    for number in (1, 3):
        group = factories.group(manager=ada, visibility="public")
        for _person in range(number):
            Membership.objects.create(group=group, user=factories.user())
            group.join_requests.create(user=factories.user())
            invitations.create_link(group=group, by=ada, role="member", days=7, now=NOW)
            invitations.invite(
                group=group, by=ada, addresses=[f"p{_person}@x.org"], role="member", now=NOW
            )
        for page in ("people/", "history/", ""):
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(f"/groups/{group.slug}/{page}").status_code == 200
            question[page, number] = len(queries)
    for page in ("people/", "history/", ""):
        assert question[page, 1] == question[page, 3], page
