"""Talks, and everything that shows, brings in or sends them."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class SeminarsConfig(AppConfig):
    name = "seminars"
    verbose_name = _("Talks")

    def ready(self) -> None:
        triggers = import_module("seminars.cache.triggers")
        pre_migrate.connect(triggers.uninstall, sender=self)
        post_migrate.connect(triggers.install, sender=self)
        # After the triggers, which make SQLite's index follow.
        post_migrate.connect(import_module("seminars.search.index").after_migrate, sender=self)
        zones = import_module("seminars.services.time_zones")
        post_migrate.connect(zones.after_migrate, sender=self)
        # It listens to `accounts.signals.signed_in`.
        import_module("seminars.views.groups.add_talk")
        # It listens to new memberships.
        import_module("seminars.services.following")
