"""Speakers, who are shared by all series."""

from django.contrib import admin

from seminars.admin.rights import EditedByOrganizers
from seminars.admin.versioned import VersionedAdmin
from seminars.models import Speaker


@admin.register(Speaker)
class SpeakerAdmin(EditedByOrganizers[Speaker], VersionedAdmin[Speaker]):
    list_display = ("name", "affiliation", "email")
    search_fields = ("name", "affiliation")
    fields = ("name", "affiliation", "biography", "email", "homepage", "orcid", "sort_name")
