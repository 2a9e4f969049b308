"""Previews of a talk's public page, and of texts while they are typed."""

from datetime import timedelta

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from seminars.admin.rights import user_of
from seminars.models import Talk
from seminars.querysets import organizes
from seminars.text import markup
from seminars.wording.join_link import join_link

#: How many previews of a text one person may request per period; typing requests about one a
#: second.
_MAX_REQUESTS, _PERIOD = 120, timedelta(minutes=1)


class WithPreviews(admin.ModelAdmin[Talk]):
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/preview/", wrap(self.preview_view), name="seminars_talk_preview"),
            path("markup/", wrap(require_POST(self.markup_view)), name="seminars_talk_markup"),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the talk's public page as a visitor would see it, whatever its status."""
        editable = self.get_queryset(request).filter(pk=pk).values("pk")
        talk = Talk.objects.with_details().filter(pk__in=editable).first()
        if talk is None:
            raise Http404
        now = timezone.now()
        visitor = AnonymousUser()
        visible = Talk.objects.visible_to(visitor)
        has_neighbors = talk.series is not None and talk.starts_at is not None
        context = {
            "talk": talk,
            "join_link": join_link(talk, signed_in=False, now=now),
            "previous": visible.before(talk).first() if has_neighbors else None,
            "next": visible.after(talk).first() if has_neighbors else None,
            "user": visitor,
            "can_edit": False,
            "now": now,
        }
        return render(request, "admin/seminars/talk/preview.html", context)

    def markup_view(self, request: HttpRequest) -> HttpResponse:
        """Return the HTML of `source`; 413 if it is too long, 429 after too many requests."""
        if not organizes(request.user):
            raise PermissionDenied
        source = request.POST.get("source", "")
        if sentence := markup.length_error(source):
            return HttpResponse(sentence, status=413, content_type="text/plain; charset=utf-8")
        if not _is_within_limit(user_of(request).pk):
            sentence = _("Too many previews. Please wait a minute.")
            return HttpResponse(sentence, status=429, content_type="text/plain; charset=utf-8")
        return HttpResponse(markup.html(source))


def _is_within_limit(key: int) -> bool:
    """Count a request; whether the person has not exceeded the limit in this period."""
    counter = f"admin-markup-{key}-{int(timezone.now().timestamp() // _PERIOD.total_seconds())}"
    cache.add(counter, 0, int(_PERIOD.total_seconds()) * 2)
    return cache.incr(counter) <= _MAX_REQUESTS
