"""The administration, with a site of our own for everything that registers itself."""

from django.contrib.admin import apps


class StaffConfig(apps.AdminConfig):
    default_site = "config.staff.StaffSite"
