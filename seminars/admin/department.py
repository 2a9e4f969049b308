"""Departments."""

from django.contrib import admin

from seminars.admin.rights import EditedByAdministrators
from seminars.admin.versioned import VersionedAdmin
from seminars.models import Department


@admin.register(Department)
class DepartmentAdmin(EditedByAdministrators[Department], VersionedAdmin[Department]):
    list_display = ("name", "homepage")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}
    fields = ("name", "slug", "homepage")
