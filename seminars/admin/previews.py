"""A talk as the public would see it, and texts as they will look while they are typed."""

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

from seminars.admin.rights import person
from seminars.models import Talk
from seminars.querysets import organises
from seminars.text import markup
from seminars.wording.join_link import join_link

#: How many previews of a text one person may ask for in how long; typing asks for about one a
#: second.
_MOST, _WITHIN = 120, timedelta(minutes=1)


class WithPreviews(admin.ModelAdmin[Talk]):
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/preview/", wrap(self.preview_view), name="seminars_talk_preview"),
            path("markup/", wrap(require_POST(self.markup_view)), name="seminars_talk_markup"),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The talk's public page as a visitor would see it, whatever its state."""
        editable = self.get_queryset(request).filter(pk=pk).values("pk")
        talk = Talk.objects.with_details().filter(pk__in=editable).first()
        if talk is None:
            raise Http404
        now = timezone.now()
        visitor = AnonymousUser()
        around = Talk.objects.visible_to(visitor)
        placed = talk.series is not None and talk.starts_at is not None
        context = {
            "talk": talk,
            "join_link": join_link(talk, signed_in=False, now=now),
            "previous": around.before(talk).first() if placed else None,
            "next": around.after(talk).first() if placed else None,
            "user": visitor,
            "can_edit": False,
            "now": now,
        }
        return render(request, "admin/seminars/talk/preview.html", context)

    def markup_view(self, request: HttpRequest) -> HttpResponse:
        """The HTML of `source`; 413 where it is too long, 429 for who asks too often."""
        if not organises(request.user):
            raise PermissionDenied
        source = request.POST.get("source", "")
        if sentence := markup.too_long(source):
            return HttpResponse(sentence, status=413, content_type="text/plain; charset=utf-8")
        if not _may_ask(person(request).pk):
            sentence = _("This is going too fast; wait a minute.")
            return HttpResponse(sentence, status=429, content_type="text/plain; charset=utf-8")
        return HttpResponse(markup.html(source))


def _may_ask(key: int) -> bool:
    """Counts the requests of one person in each span of time."""
    counter = f"admin-markup-{key}-{int(timezone.now().timestamp() // _WITHIN.total_seconds())}"
    cache.add(counter, 0, int(_WITHIN.total_seconds()) * 2)
    return cache.incr(counter) <= _MOST
