"""Talks, and everything that shows, brings in or sends them."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SeminarsConfig(AppConfig):
    name = "seminars"
    verbose_name = _("Talks")

    def ready(self) -> None:
        post_migrate.connect(import_module("seminars.freshness").install)
        # It listens to `accounts.signals.signed_in`.
        import_module("seminars.views.adding")
