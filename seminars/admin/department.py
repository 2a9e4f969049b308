"""Departments."""

from django.contrib import admin

from seminars.admin.recorded import Recorded
from seminars.admin.rights import ByAdministrators
from seminars.models import Department


@admin.register(Department)
class DepartmentAdmin(ByAdministrators[Department], Recorded[Department]):
    list_display = ("name", "homepage")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}
    fields = ("name", "slug", "homepage")
