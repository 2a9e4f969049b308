"""The form of a talk in the administration."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from seminars.models import Appearance, Series, Talk, Version
from tests import factories
from tests.factories import NOW
from tests.seminars.admin_forms import client_of, filled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]


@pytest.fixture
def series() -> Series:
    venue = factories.venue(building="Mudd Hall", short_name="Mudd")
    return factories.series(
        name="CS Seminar",
        weekday=4,
        start_time=datetime.time(12),
        timezone="America/Chicago",
        venue=venue,
        cost="free",
        contact_name="Wyn",
        contact_email="wyn@example.org",
    )


@pytest.fixture
def client(series: Series) -> Client:
    return client_of(factories.organizer(series))


def address(page: str, *args: object) -> str:
    return reverse(f"admin:seminars_talk_{page}", args=args)


def test_a_new_talk_starts_with_its_series_defaults(client: Client, series: Series) -> None:
    form = filled(client.get(address("add")))
    wanted = {
        "series": str(series.pk),
        "date": "Mar 7, 2025",
        "start_time": "12:00 PM",
        "end_time": "1:00 PM",
        "timezone": "America/Chicago",
        "venue": str(series.venue_id),
        "cost": "free",
        "contact_name": "Wyn",
        "contact_email": "wyn@example.org",
    }
    assert {name: form[name] for name in wanted} == wanted


def test_a_new_talk_is_saved_as_one_version(client: Client, series: Series) -> None:
    speaker = factories.speaker(
        name="Ada Lovelace", affiliation="London", biography="Wrote *notes*."
    )
    form = filled(client.get(address("add"))) | {
        "title": "On engines",
        "abstract": "It computes $x^2$.",
        "appearances-0-speaker": speaker.pk,
        "_save": "",
    }
    answer = client.post(address("add"), form)
    talk = Talk.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, address("change", talk.pk))
    assert (talk.title, talk.status, talk.series, talk.sequence) == (
        "On engines",
        "draft",
        series,
        0,
    )
    assert "<math" in talk.abstract_html
    one = talk.appearances.get()
    assert (one.speaker, one.affiliation, one.biography, one.biography_html) == (
        speaker,
        "London",
        "Wrote *notes*.",
        "<p>Wrote <em>notes</em>.</p>\n",
    )
    versions = Version.objects.filter(subject="talk", subject_id=talk.pk)
    assert [(v.number, v.verb) for v in versions] == [(1, "created")]


def test_saving_and_announcing_at_once(client: Client) -> None:
    client.post(address("add"), filled(client.get(address("add"))) | {"_announce": ""})
    talk = Talk.objects.get()
    assert (talk.status, talk.published_at) == ("announced", NOW)


def test_announcing_without_a_date_saves_and_says_why_not(client: Client) -> None:
    form = filled(client.get(address("add"))) | {"date": "", "start_time": "", "end_time": ""}
    answer = client.post(address("add"), form | {"_announce": ""}, follow=True)
    assert Talk.objects.get().status == "draft"
    shown = [str(message) for message in answer.context["messages"]]
    assert shown == ["The talk has been saved.", "Give the talk a date first."]


def test_saving_as_tentative(client: Client) -> None:
    client.post(address("add"), filled(client.get(address("add"))) | {"_tentative": ""})
    assert Talk.objects.get().status == "tentative"


def test_talks_that_need_approval_are_submitted(client: Client, series: Series) -> None:
    series.needs_approval = True
    series.save()
    page = client.get(address("add"))
    assert (page.context["may_announce"], b'name="_submit"' in page.content) == (False, True)
    client.post(address("add"), filled(page) | {"_submit": ""})
    assert Talk.objects.get().status == "submitted"


def test_invalid_input_is_shown_again_with_errors(client: Client) -> None:
    form = filled(client.get(address("add"))) | {
        "title": "Kept",
        "abstract": "Kept too",
        "start_time": "13:00",
        "end_time": "12:00",
        "join_url": "javascript:alert(1)",
        "_save": "",
    }
    answer = client.post(address("add"), form)
    assert answer.context["adminform"].form.errors == {
        "end_time": ["Enter the end date, or an end after 1:00 PM."],
        "join_url": ["Enter a full web address that starts with https:// or http://."],
    }
    again = filled(answer)
    kept = ("title", "abstract", "start_time", "end_time", "join_url", "date", "venue")
    assert {name: again[name] for name in kept} == {name: str(form[name]) for name in kept}
    assert Talk.objects.count() == 0


def test_dates_and_times_are_read_as_typed(client: Client) -> None:
    form = filled(client.get(address("add"))) | {
        "date": "Dec. 5, 2026",
        "start_time": "11pm",
        "end_time": "noon",
        "end_date": "12/6/2026",
    }
    assert client.post(address("add"), form).status_code == 302
    talk = Talk.objects.get()
    assert (talk.date, talk.start_time, talk.end_time, talk.end_date) == (
        datetime.date(2026, 12, 5),
        datetime.time(23),
        datetime.time(12),
        datetime.date(2026, 12, 6),
    )
    again = filled(client.get(address("change", talk.pk)))
    wanted = {
        "date": "Dec 5, 2026",
        "start_time": "11:00 PM",
        "end_time": "12:00 PM",
        "end_date": "Dec 6, 2026",
    }
    assert {name: again[name] for name in wanted} == wanted


def test_what_cannot_be_read_is_explained_and_stays(client: Client) -> None:
    typed = {
        "date": "Fri, Dec 5, 2026",
        "start_time": "4:00",
        "end_time": "soon",
        "end_date": "Dec 32, 2026",
    }
    answer = client.post(address("add"), filled(client.get(address("add"))) | typed)
    assert answer.context["adminform"].form.errors == {
        "date": ["Dec 5, 2026 is a Saturday, not a Friday."],
        "start_time": ["Enter 4:00 AM or 4:00 PM."],
        "end_time": ["Enter a time, such as 4:00 PM or 16:00."],
        "end_date": ["Enter a date, such as Dec 5, 2026."],
    }
    again = filled(answer)
    assert {name: again[name] for name in typed} == typed


def test_a_talk_over_midnight_is_asked_for_its_last_day(client: Client) -> None:
    form = filled(client.get(address("add"))) | {"start_time": "11pm", "end_time": "1am"}
    answer = client.post(address("add"), form)
    assert answer.context["adminform"].form.errors == {
        "end_time": ["Enter the end date, or an end after 11:00 PM."]
    }
    assert client.post(address("add"), form | {"end_date": "3/8/2025"}).status_code == 302
    assert Talk.objects.get().ends_at == datetime.datetime(2025, 3, 8, 7, tzinfo=datetime.UTC)


def test_seconds_of_an_import_survive_the_form(client: Client, series: Series) -> None:
    talk = factories.talk(series=series, start_time=datetime.time(12, 0, 30), end_time=None)
    form = filled(client.get(address("change", talk.pk)))
    assert client.post(address("change", talk.pk), form).status_code == 302
    talk.refresh_from_db()
    assert (form["start_time"], talk.start_time) == ("12:00:30 PM", datetime.time(12, 0, 30))


def test_a_text_that_is_too_long_has_one_error(client: Client) -> None:
    form = filled(client.get(address("add"))) | {"abstract": "[" * 1_000_000}
    answer = client.post(address("add"), form)
    assert answer.context["adminform"].form.errors == {
        "abstract": ["This text has 1,000,000 characters; the maximum is 50,000."]
    }


@pytest.mark.parametrize("key", ["\x00", "abc", "²", "9" * 40, "-1"])
def test_malformed_keys_are_refused(client: Client, key: str) -> None:
    form = filled(client.get(address("add")))
    chosen = {"venue": key, "topics": [key], "audiences": [key], "appearances-0-speaker": key}
    answer = client.post(address("add"), form | chosen)
    form_errors = answer.context["adminform"].form.errors
    none = "Select a valid choice. That choice is not one of the available choices."
    one = "Select a valid choice. 0 is not one of the available choices."
    assert form_errors == {"venue": [none], "topics": [one], "audiences": [one]}
    assert answer.context["inline_admin_formsets"][0].formset.errors == [{"speaker": [none]}]


def test_a_duplicate_speaker_is_refused(client: Client) -> None:
    form = filled(client.get(address("add")))
    speaker = factories.speaker()
    for number in (0, 1):
        form |= {
            f"appearances-{number}-speaker": speaker.pk,
            f"appearances-{number}-role": "speaker",
            f"appearances-{number}-position": number,
        }
    answer = client.post(address("add"), form | {"appearances-TOTAL_FORMS": 2})
    rows = answer.context["inline_admin_formsets"][0].formset
    assert rows.non_form_errors() == [
        "Someone is listed twice in the same role. Remove one of them."
    ]
    assert rows.errors == [{}, {"__all__": ["This person is listed twice in this role."]}]


def test_save_as_new_is_ignored(client: Client, series: Series) -> None:
    talk = factories.talk(series=series, title="Old")
    form = filled(client.get(address("change", talk.pk))) | {"_saveasnew": "on"}
    answer = client.post(address("change", talk.pk), form | {"end_time": "nonsense"})
    assert (answer.status_code, answer.context["original"]) == (200, talk)
    assert client.post(address("change", talk.pk), form | {"title": "New"}).status_code == 302
    assert [one.title for one in Talk.objects.all()] == ["New"]


@pytest.mark.parametrize("known", ["0", "-1", "nonsense"])
def test_an_existing_speaker_is_not_added_again(client: Client, series: Series, known: str) -> None:
    """A manipulated form may have a wrong number of existing rows."""
    talk = factories.talk(factories.speaker(name="Kurt"), series=series)
    form = filled(client.get(address("change", talk.pk)))
    answer = client.post(address("change", talk.pk), form | {"appearances-INITIAL_FORMS": known})
    assert answer.status_code == 200
    (rows,) = (one.formset for one in answer.context["inline_admin_formsets"])
    assert len(rows.non_form_errors()) == 1
    assert talk.appearances.count() == 1


def test_malformed_keys_in_the_address_are_ignored(client: Client) -> None:
    form = filled(client.get(address("add"), {"venue": "abc", "topics": f"x,{'9' * 40}"}))
    assert (form["venue"], form["topics"]) == ("", [])


def test_actions_skip_malformed_keys(client: Client, series: Series) -> None:
    talk = factories.talk(series=series)
    data = {"action": "cancel", "_selected_action": ["abc", "9" * 40, "\x00", talk.pk]}
    client.post(address("changelist"), data)
    talk.refresh_from_db()
    assert talk.status == "cancelled"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        (
            "timezone",
            "Mars/Base",
            "“Mars/Base” isn’t a time zone. Enter one such as America/Chicago or Europe/London.",
        ),
        ("date", "0001-01-01", "Ensure this value is greater than or equal to 1800-01-01."),
        ("language", "<b>", "Choose a language."),
    ],
)
def test_each_field_has_one_error(client: Client, field: str, value: str, sentence: str) -> None:
    answer = client.post(address("add"), filled(client.get(address("add"))) | {field: value})
    assert answer.context["adminform"].form.errors == {field: [sentence]}


def test_warnings_are_beside_their_fields(client: Client, series: Series) -> None:
    ada = factories.speaker(name="Ada Lovelace")
    other = factories.talk(ada, title="Taken", venue=series.venue, room="3514", series=series)
    talk = factories.talk(ada, series=series, venue=series.venue, room="3514", attendance="hybrid")
    page = client.get(address("change", talk.pk))
    fields = page.context["adminform"].form.fields
    hints = {
        "date": "This is a Monday; talks in this series are usually on a Friday.",
        "abstract": "No abstract yet.",
        "join_url": "People can’t join yet: add a link or a note on how to join.",
        "room": "Room clash, 12:00 – 1:00 PM: “CS Seminar: Ada Lovelace — Taken”.",
    }
    found = {n: str(f.help_text) for n, f in fields.items() if "hint" in str(f.help_text)}
    assert found.keys() == hints.keys()
    for name, sentence in hints.items():
        assert found[name].startswith(f'<span class="hint">{sentence}</span>')
    (formset,) = page.context["inline_admin_formsets"]
    speaker = formset.formset.forms[0].fields["speaker"]
    assert str(speaker.help_text).startswith(
        '<span class="hint">Speaker clash, 12:00 – 1:00 PM: Ada Lovelace is at “Taken”.</span>'
    )
    assert page.context["warnings"] == [
        ("id_abstract", "No abstract"),
        ("id_join_url", "No join link"),
        ("id_date", "On a Monday"),
        ("id_room", "Room clash, 12:00 – 1:00 PM"),
        ("id_appearances-0-speaker", "Speaker clash, 12:00 – 1:00 PM"),
    ]
    assert '<a href="#id_room">Room clash, 12:00 – 1:00 PM</a>' in page.content.decode()
    assert other.pk != talk.pk


def test_warnings_do_not_reveal_drafts_of_other_series(client: Client, series: Series) -> None:
    ada = factories.speaker(name="Ada Lovelace")
    foreign = factories.series(name="Secret Seminar")
    at = {"venue": series.venue, "room": "3514"}
    factories.talk(ada, title="Hidden", status="draft", series=foreign, **at)
    talk = factories.talk(ada, series=series, **at)
    page = client.get(address("change", talk.pk))
    assert "Hidden" not in page.content.decode()
    assert str(page.context["adminform"].form.fields["room"].help_text).startswith(
        '<span class="hint">Room clash: a talk that has not been announced (Secret Seminar).</span>'
    )
    (formset,) = page.context["inline_admin_formsets"]
    assert str(formset.formset.forms[0].fields["speaker"].help_text).startswith(
        '<span class="hint">Speaker clash: Ada Lovelace is at a talk that has not been announced'
        " (Secret Seminar).</span>"
    )


def test_a_distant_end_date_has_a_warning(client: Client, series: Series) -> None:
    talk = factories.talk(series=series, end_date=datetime.date(2026, 3, 10))
    page = client.get(address("change", talk.pk))
    assert str(page.context["adminform"].form.fields["end_date"].help_text).startswith(
        '<span class="hint">This is 365 days after the start.</span>'
    )


def test_speakers_follow_the_talk_itself(client: Client) -> None:
    page = client.get(address("add")).content.decode()
    sections = ("Talk", "Date and time", "Location", "Joining and registration")
    places = [page.index(f">{name}</h2>") for name in sections]
    who = page.index('id="appearances-group"')
    assert places == sorted(places)
    assert places[0] < who < places[1]


def test_languages_are_chosen_by_name(client: Client, series: Series) -> None:
    page = client.get(address("add"))
    choices = page.context["adminform"].form.fields["language"].widget.choices
    assert choices[0] == ("en", "English")
    assert ("de", "German") in choices
    assert ("zh", "Chinese") in choices
    talk = factories.talk(series=series, language="pt-BR")
    page = client.get(address("change", talk.pk))
    assert ("pt-BR", "pt-BR") in page.context["adminform"].form.fields["language"].widget.choices
    assert filled(page)["language"] == "pt-BR"


def test_the_room_of_the_venue_is_named(client: Client, series: Series) -> None:
    talk = factories.talk(series=series, venue=factories.venue(room="3514"))
    page = client.get(address("change", talk.pk))
    room = page.context["adminform"].form.fields["room"]
    assert str(room.help_text).endswith("Leave blank for 3514.")


def test_the_checkbox_for_removing_a_speaker(client: Client, series: Series) -> None:
    talk = factories.talk(factories.speaker(), series=series)
    page = client.get(address("change", talk.pk)).content.decode()
    assert "Remove from this talk" in page


def test_the_preview_is_what_a_visitor_would_see(client: Client, series: Series) -> None:
    talk = factories.talk(
        series=series,
        status="draft",
        title="Still secret",
        join_url="https://join.example.org/secret",
        notes="Dinner at eight",
    )
    page = client.get(address("preview", talk.pk)).content.decode()
    assert "Still secret" in page
    assert "https://join.example.org/secret" not in page
    assert "Dinner at eight" not in page
    assert "only organizers can see this" not in page


def test_a_text_is_previewed_safely(client: Client) -> None:
    source = "*Hello* <script>alert(1)</script> [x](javascript:alert(1))"
    answer = client.post(address("markup"), {"source": source})
    assert answer.content.decode() == (
        "<p><em>Hello</em> &lt;script&gt;alert(1)&lt;/script&gt; [x](javascript:alert(1))</p>\n"
    )
    too_long = client.post(address("markup"), {"source": "x" * 50_001})
    assert too_long.status_code == 413
    assert client.get(address("markup")).status_code == 405


def test_previews_are_limited(client: Client) -> None:
    answers = [client.post(address("markup"), {"source": "x"}).status_code for _ in range(125)]
    assert answers[-1] == 429
    assert answers.count(200) <= 120


def test_speakers_keep_their_order(client: Client) -> None:
    first, second = factories.speaker(), factories.speaker()
    form = filled(client.get(address("add"))) | {
        "appearances-TOTAL_FORMS": 2,
        "appearances-0-speaker": second.pk,
        "appearances-0-role": "speaker",
        "appearances-1-speaker": first.pk,
        "appearances-1-role": "host",
        "appearances-1-position": 0,
    }
    client.post(address("add"), form)
    found = Appearance.objects.values_list("speaker", "position", "role")
    assert list(found) == [(second.pk, 0, "speaker"), (first.pk, 1, "host")]


def test_another_time_zone_than_the_venues_has_a_warning(client: Client, series: Series) -> None:
    venue = factories.venue(building="Hall", timezone="America/Denver")
    talk = factories.talk(series=series, venue=venue)
    answer = client.get(address("change", talk.pk))
    assert ("id_timezone", "Not the venue’s time zone") in answer.context["warnings"]
    assert (
        "Clocks at Hall show 11:00 AM when this talk starts at 12:00 PM." in answer.content.decode()
    )
    Talk.objects.filter(pk=talk.pk).update(timezone="America/Boise")
    answer = client.get(address("change", talk.pk))
    assert "id_timezone" not in dict(answer.context["warnings"])
