"""The admin site: named after the site, and for staff without permission tables."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from seminars.models import Talk
from seminars.querysets import administers

#: The order in which staff think of things; other models follow.
_ORDER = ("Talk", "Speaker", "Venue", "Topic", "Series", "Audience", "Department")


class StaffSite(admin.AdminSite):
    """Active staff may enter; each ModelAdmin decides who may do what."""

    enable_nav_sidebar = False
    index_title = _("Talks and people")

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        name = settings.SITE_NAME
        return super().each_context(request) | {"site_header": name, "site_title": name}

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Show the first page, with the number of talks that need attention."""
        return super().index(request, {**self._start_context(request), **(extra_context or {})})

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Show the first page with the models of one app only."""
        context = {**self._start_context(request), **(extra_context or {})}
        return super().app_index(request, app_label, context)

    def _start_context(self, request: HttpRequest) -> dict[str, Any]:
        user = request.user
        organizes_nothing = (
            isinstance(user, User) and not administers(user) and not user.organised_series.exists()
        )
        talks: Any = self.get_model_admin(Talk)
        return {
            "organizes_nothing": organizes_nothing,
            "approves": administers(user),
            "counts": talks.counts(request),
        }

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Redirect to the account page, which limits attempts and notifies the owner by email."""
        return redirect("account_change_password")

    password_change_done = password_change  # type: ignore[assignment]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=_position)
        return sorted(apps, key=lambda app: app["app_label"] != "seminars")


def _position(model: dict[str, Any]) -> tuple[int, str]:
    name = model["object_name"]
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER), model["name"])
