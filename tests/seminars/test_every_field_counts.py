"""Every field that a form asks for has an effect: a page, feed, default or rule uses it."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parents[2]

#: The fields of each model, by a file that uses them.
USED: dict[str, dict[str, str]] = {
    "seminars.Talk": {
        "templates/components/facts.html": "contact_name contact_phone contact_email cost topics"
        " audiences external_url refreshments",
        "templates/components/place.html": "venue room attendance",
        "templates/components/after.html": "slides_url",
        "templates/components/card.html": "registration_url",
        "templates/seminars/talk.html": "title kind series co_series notice abstract status",
        "seminars/wording/who.py": "speaker_tba",
        "seminars/wording/what.py": "language",
        "seminars/wording/when.py": "date start_time end_time end_date timezone",
        "seminars/wording/join_link.py": "join_url join_note join_access join_opens_minutes",
        "seminars/models/talk.py": "start_fold end_fold",
        "seminars/querysets.py": "recording_consent recording_url",
        "seminars/planitpurple/event.py": "event_id",
    },
    "seminars.Appearance": {
        "templates/components/people.html": "speaker role affiliation",
        "seminars/formats/description.py": "biography",
        "seminars/querysets.py": "position",
        "seminars/models/talk.py": "talk",
    },
    "seminars.Series": {
        "templates/seminars/subjects/series.html": "mailing_list contact_name contact_phone"
        " contact_email cost venue department description",
        "seminars/wording/when.py": "weekday start_time length timezone",
        "seminars/services/defaults.py": "audiences",
        "seminars/services/approval.py": "needs_approval",
        "seminars/listings/subjects.py": "name slug short_code",
        "seminars/formats/ics.py": "colour",
        "seminars/planitpurple/event.py": "home_group",
        "seminars/models/series.py": "organisers",
    },
    "seminars.Venue": {
        "templates/seminars/subjects/venue.html": "capacity access step_free hearing_loop campus"
        " street",
        "templates/components/place.html": "former_name",
        "seminars/wording/where.py": "building short_name room",
        "seminars/listings/subjects.py": "slug",
        "seminars/formats/json_feed.py": "city region postcode country latitude longitude",
        "seminars/services/defaults.py": "timezone",
    },
    "seminars.Speaker": {
        "templates/seminars/subjects/speaker.html": "affiliation homepage orcid biography",
        "templates/seminars/subjects/speakers_index.html": "sort_name",
        "seminars/wording/who.py": "name",
    },
    "seminars.Department": {
        "seminars/listings/subjects.py": "name slug",
        "seminars/rendering/json_ld.py": "homepage",
    },
    "seminars.Topic": {
        "seminars/listings/subjects.py": "name slug",
        "seminars/templatetags/talks.py": "kind",
        "templates/seminars/subjects/topic.html": "parent",
        "seminars/models/named.py": "legacy_id",
    },
    "seminars.Audience": {
        "templates/components/facts.html": "name",
        "seminars/formats/json_feed.py": "slug",
        "seminars/models/named.py": "legacy_id",
    },
    "accounts.Group": {
        "templates/seminars/groups/group.html": "name slug description homepage contact visibility",
        "accounts/models/group.py": "feed_id",
        "seminars/planitpurple/as_xml.py": "calendar_id",
    },
    "accounts.Membership": {"accounts/models/group.py": "group user role"},
    "accounts.User": {
        "accounts/models/user.py": "name email",
        "accounts/models/group.py": "is_active",
        "seminars/querysets.py": "is_staff is_superuser",
    },
}

#: Fields that nothing of ours uses, with the reason for asking.
UNUSED = {
    "seminars.Talk.notes": "for organizers, who read it in the form",
    "seminars.Speaker.email": "for organizers, who read it in the form",
    "accounts.User.password": "Django checks it",
    "accounts.User.last_login": "shown to administrators",
    "accounts.User.date_joined": "shown to administrators",
    "accounts.User.groups": "Django's permissions",
    "accounts.User.user_permissions": "Django's permissions",
}

NAMED = [
    (model, path, field)
    for model, files in USED.items()
    for path, fields in files.items()
    for field in fields.split()
]


@pytest.mark.parametrize("model", USED)
def test_every_field_is_used_or_not_for_a_reason(model: str) -> None:
    options = apps.get_model(model)._meta
    fields: list[models.Field[object, object]] = [*options.fields, *options.many_to_many]
    editable = {f"{model}.{one.name}" for one in fields if one.editable and not one.primary_key}
    used = {f"{model}.{field}" for name, _path, field in NAMED if name == model}
    unused = {name for name in UNUSED if name.rpartition(".")[0] == model}
    assert used | unused == editable
    assert not used & unused


@pytest.mark.parametrize(("model", "path", "field"), NAMED)
def test_the_file_uses_it(model: str, path: str, field: str) -> None:
    assert re.search(rf"\b(?:{field}|{field}_id)\b", (ROOT / path).read_text())
