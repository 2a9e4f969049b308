"""Speakers, who are shared by all series."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from seminars.admin.rights import EditedByOrganizers, user_of
from seminars.admin.versioned import VersionedAdmin
from seminars.models import Appearance, Speaker, Talk
from seminars.querysets import administers

_FIELDS = ("name", "affiliation", "biography", "email", "homepage", "orcid", "sort_name")


@admin.register(Speaker)
class SpeakerAdmin(EditedByOrganizers[Speaker], VersionedAdmin[Speaker]):
    """Organizers read the email addresses only of speakers in talks of their series."""

    list_display = ("name", "affiliation", "own_email")
    search_fields = ("name", "affiliation")
    fields = _FIELDS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Speaker]:
        """Mark the speakers whose email address this person may read."""
        user = user_of(request)
        theirs = Appearance.objects.filter(
            speaker=OuterRef("pk"), talk__in=Talk.objects.editable_by(user).values("pk")
        )
        readable = Value(True) if administers(user) else Exists(theirs)
        return super().get_queryset(request).annotate(has_readable_email=readable)

    def get_fields(self, request: HttpRequest, obj: Speaker | None = None) -> Any:
        hidden = self.hidden_fields(obj) if obj is not None else ()
        return [name for name in _FIELDS if name not in hidden]

    def hidden_fields(self, row: Speaker) -> frozenset[str]:
        return frozenset() if getattr(row, "has_readable_email", False) else frozenset({"email"})

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Refuse lists filtered by parts of email addresses, which would tell them."""
        if lookup.split("__")[0] == "email":
            return request is not None and administers(request.user)
        return super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    # Not sortable, because the order would tell what is hidden.
    @admin.display(description=_("email address"), empty_value="")
    def own_email(self, speaker: Speaker) -> str:
        return "" if "email" in self.hidden_fields(speaker) else speaker.email
