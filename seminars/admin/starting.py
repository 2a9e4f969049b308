"""What a new talk starts from: its series first, and what follows from it."""

import datetime
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars.admin.choosing import is_key
from seminars.admin.rights import own_series, person
from seminars.models import Series, Speaker, Talk
from seminars.querysets import administers
from seminars.services.defaults import defaults_for, speaker_defaults

#: How many series the page before the form offers.
OFFERED = 60


def shown(value: Any) -> Any:
    """A default as a script puts it into a form: texts, and rows as `{"id", "text"}`."""
    if isinstance(value, models.Model):
        return {"id": value.pk, "text": str(value)}
    if isinstance(value, list):
        return [shown(one) for one in value]
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    return value.isoformat() if isinstance(value, datetime.date) else value


class WithDefaults(admin.ModelAdmin[Talk]):
    """Fills a new talk's form from its series, with or without a script."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("defaults/", wrap(self.defaults_view), name="seminars_talk_defaults"),
            path("latest/", wrap(self.latest_view), name="seminars_talk_latest"),
            *super().get_urls(),
        ]

    def defaults_view(self, request: HttpRequest) -> HttpResponse:
        """What a talk of `?series=` starts from, as JSON."""
        series = self._series(request)
        if series is None:
            raise Http404
        defaults = defaults_for(series, timezone.now())
        return JsonResponse({name: shown(value) for name, value in defaults.items()})

    def latest_view(self, request: HttpRequest) -> HttpResponse:
        """What an appearance of `?speaker=` starts from, as JSON."""
        key = request.GET.get("speaker", "")
        if not self.has_add_permission(request) and not self.has_change_permission(request):
            raise Http404
        found = Speaker.objects.filter(pk=key).first() if is_key(key) else None
        if found is None:
            raise Http404
        return JsonResponse(speaker_defaults(found))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form; before it, where there is a choice, the series."""
        if request.method == "GET" and "series" not in request.GET and self._must_choose(request):
            offered = own_series(person(request)).order_by("name")[:OFFERED]
            context = self.admin_site.each_context(request) | {
                "title": _("Which series is the talk in?"),
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
            own = list(person(request).organised_series.all()[:2])
            series = own[0] if len(own) == 1 else None
        if series is None:
            given.pop("series", None)
            return given
        return {**defaults_for(series, timezone.now()), **given, "series": series.pk}

    def _must_choose(self, request: HttpRequest) -> bool:
        user = person(request)
        return not administers(user) and user.organised_series.count() > 1

    def _series(self, request: HttpRequest) -> Series | None:
        """The series that the address names, if this person may add talks to it."""
        key = request.GET.get("series", "")
        return own_series(person(request)).filter(pk=key).first() if is_key(key) else None
