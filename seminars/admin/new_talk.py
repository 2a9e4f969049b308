"""Adding a talk: choosing its series, and filling in the series' defaults."""

import datetime
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars.admin.autocomplete import is_key
from seminars.admin.rights import own_series, user_of
from seminars.admin.typed_fields import DAY, HOUR
from seminars.models import Series, Speaker, Talk
from seminars.querysets import administers
from seminars.services.defaults import defaults_for, speaker_defaults

#: How many series the page before the form shows.
MAX_SERIES = 60


def as_json(value: Any) -> Any:
    """Return a default as JSON for the script: text, or rows as `{"id", "text"}`."""
    if isinstance(value, models.Model):
        return {"id": value.pk, "text": str(value)}
    if isinstance(value, list):
        return [as_json(one) for one in value]
    if isinstance(value, datetime.time):
        return HOUR.format_value(value)
    return DAY.format_value(value) if isinstance(value, datetime.date) else value


class WithDefaults(admin.ModelAdmin[Talk]):
    """Fills in a new talk's form from its series, with or without JavaScript."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("defaults/", wrap(self.defaults_view), name="seminars_talk_defaults"),
            path("latest/", wrap(self.latest_view), name="seminars_talk_latest"),
            *super().get_urls(),
        ]

    def defaults_view(self, request: HttpRequest) -> HttpResponse:
        """Return the defaults of `?series=` as JSON."""
        series = self._series(request)
        if series is None:
            raise Http404
        defaults = defaults_for(series, timezone.now())
        return JsonResponse({name: as_json(value) for name, value in defaults.items()})

    def latest_view(self, request: HttpRequest) -> HttpResponse:
        """Return the defaults of `?speaker=` as JSON."""
        key = request.GET.get("speaker", "")
        if not self.has_add_permission(request) and not self.has_change_permission(request):
            raise Http404
        speaker = Speaker.objects.filter(pk=key).first() if is_key(key) else None
        if speaker is None:
            raise Http404
        return JsonResponse(speaker_defaults(speaker))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the form, or first a choice of series if the person has several."""
        if request.method == "GET" and "series" not in request.GET and self._must_choose(request):
            offered = own_series(user_of(request)).order_by("name")[:MAX_SERIES]
            context = self.admin_site.each_context(request) | {
                "title": _("Choose a series"),
                "opts": self.opts,
                "offered": offered,
                "query": request.GET.urlencode(),
            }
            return render(request, "admin/seminars/talk/choose_series.html", context)
        return super().add_view(request, form_url, extra_context)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        given = super().get_changeform_initial_data(request)
        series = self._series(request)
        if series is None:
            own = list(user_of(request).organised_series.all()[:2])
            series = own[0] if len(own) == 1 else None
        if series is None:
            given.pop("series", None)
            return given
        return {**defaults_for(series, timezone.now()), **given, "series": series.pk}

    def _must_choose(self, request: HttpRequest) -> bool:
        user = user_of(request)
        return not administers(user) and user.organised_series.count() > 1

    def _series(self, request: HttpRequest) -> Series | None:
        """Return the series in the address, if this person may add talks to it."""
        key = request.GET.get("series", "")
        return own_series(user_of(request)).filter(pk=key).first() if is_key(key) else None
