"""The list of talks and its columns."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from seminars import wording
from seminars.admin import filters, missing
from seminars.models import Talk
from seminars.search import lookup


class TalkChangeList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        """Fetch the page's rows with everything they show, in a fixed number of queries.

        The page is selected by ids alone, because sorting 100,000 talks with everything a row shows
        takes much longer.
        """
        super().get_results(request)
        keys = list(self.result_list.values_list("pk", flat=True))
        rows = missing.annotated(Talk.objects.with_rows(), timezone.now()).in_bulk(keys)
        self.result_list = [rows[key] for key in keys]


class TalkList(admin.ModelAdmin[Talk]):
    list_display = (
        "when",
        "headline",
        "in_series",
        "who",
        "where",
        "status_badge",
        "missing_fields",
    )
    list_display_links = ("headline",)
    list_filter = (
        filters.WhenFilter,
        filters.MineFilter,
        filters.MissingFilter,
        "status",
        filters.SeriesFilter,
        filters.TermFilter,
    )
    search_fields = ("title",)
    search_help_text = _(
        "Search title, abstract, speaker, affiliation, topic, series or location."
        " Use “quotes” for a phrase and -word to exclude a word."
    )
    date_hierarchy = "date"
    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions_selection_counter = True

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return TalkChangeList

    def counts(self, request: HttpRequest) -> dict[str, int]:
        """Return how many upcoming or undated talks are incomplete, and how many are submitted."""
        now = timezone.now()
        talks = filters.upcoming_or_undated(self.get_queryset(request), now)
        return {
            "incomplete": talks.filter(missing.any_gap(now)).count(),
            "submitted": talks.filter(status=Talk.Status.SUBMITTED).count(),
        }

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        return filters.ordering(request.GET.get(filters.WhenFilter.parameter_name))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Talk], search_term: str
    ) -> tuple[QuerySet[Talk], bool]:
        """Use the site's own search, so that staff and visitors get the same results."""
        return queryset.filter(lookup.find(search_term).condition()), False

    @admin.display(description=_("date"), ordering="starts_at")
    def when(self, talk: Talk) -> SafeString:
        if talk.date is None:
            return format_html('<span class="open">{}</span>', _("No date"))
        day = wording.short_day(wording.site_day(talk) or talk.date)
        own_time = format_html("<br>{}", own) if (own := wording.own_time(talk)) else ""
        return format_html("<b>{}</b><br>{}{}", day, wording.time_line(talk), own_time)

    @admin.display(description=_("title"), ordering="title")
    def headline(self, talk: Talk) -> str:
        return wording.title(talk)

    @admin.display(description=_("series"), ordering="series__name")
    def in_series(self, talk: Talk) -> str:
        return (talk.series.short_code or talk.series.name) if talk.series else "–"

    @admin.display(description=_("speakers"))
    def who(self, talk: Talk) -> str:
        return wording.speaker_line(talk) or "–"

    @admin.display(description=_("location"))
    def where(self, talk: Talk) -> str:
        place = wording.short_place(talk)
        if talk.attendance == Talk.Attendance.HYBRID:
            return f"{place} + {Talk.Attendance.ONLINE.label}"
        return place

    @admin.display(description=_("status"), ordering="status")
    def status_badge(self, talk: Talk) -> SafeString:
        return badge(talk)

    @admin.display(description=_("missing"), empty_value="")
    def missing_fields(self, talk: Talk) -> SafeString:
        gaps = missing.of(talk, timezone.now())
        return format_html_join(" ", '<span class="gap">{}</span>', ((gap.label,) for gap in gaps))


def badge(talk: Talk) -> SafeString:
    """Return the talk's status as a colored label."""
    if talk.withdrawn_at is not None:
        return format_html('<span class="badge badge-withdrawn">{}</span>', _("Removed"))
    return format_html(
        '<span class="badge badge-{}">{}</span>', talk.status, talk.get_status_display()
    )
