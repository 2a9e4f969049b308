"""The admin app, with our own site as its default."""

from django.contrib.admin import apps


class StaffConfig(apps.AdminConfig):
    default_site = "config.staff.StaffSite"
