"""Speakers, whom all series share."""

from django.contrib import admin

from seminars.admin.recorded import Recorded
from seminars.admin.rights import ByOrganisers
from seminars.models import Speaker


@admin.register(Speaker)
class SpeakerAdmin(ByOrganisers[Speaker], Recorded[Speaker]):
    list_display = ("name", "affiliation", "email")
    search_fields = ("name", "affiliation")
    fields = ("name", "affiliation", "biography", "email", "homepage", "orcid", "sort_name")
