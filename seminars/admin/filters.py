"""Filters of the list of talks."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from seminars.admin import missing, terms
from seminars.admin.rights import own_series, user_of
from seminars.models import Talk
from seminars.querysets import administers

#: How many series the filter offers administrators; others can be found by searching.
MAX_SERIES = 40

_Choices = list[tuple[str, Any]]


class _ChoicesFilter(admin.SimpleListFilter):
    """A filter that ignores values other than its choices."""

    def value(self) -> str | None:
        chosen = super().value()
        known = {str(key) for key, _label in self.lookup_choices}
        return chosen if chosen in known else None


class WhenFilter(_ChoicesFilter):
    """Upcoming or past talks; upcoming by default."""

    title = _("date")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> _Choices:
        return [
            ("past", _("Past")),
            ("undated", _("Undated")),
            ("withdrawn", _("Removed from the site")),
            ("all", _("All")),
        ]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        first, *others = super().choices(changelist)
        yield {**first, "display": _("Upcoming or undated")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Talk]) -> QuerySet[Talk]:
        now = timezone.now()
        if self.value() == "withdrawn":
            return queryset.filter(withdrawn_at__isnull=False).order_by("-withdrawn_at", "-pk")
        shown = queryset.filter(withdrawn_at__isnull=True)
        if self.value() == "all":
            return shown
        if self.value() == "past":
            return shown.filter(over_at__lte=now)
        if self.value() == "undated":
            return shown.filter(date__isnull=True)
        return upcoming_or_undated(shown, now)


def upcoming_or_undated(talks: QuerySet[Talk], now: datetime) -> QuerySet[Talk]:
    """Return the talks that the list shows by default."""
    upcoming = Q(over_at__gt=now) | Q(over_at__isnull=True)
    return talks.filter(upcoming, withdrawn_at__isnull=True)


def ordering(when: str | None) -> list[Any]:
    """Return the list's order for a value of `WhenFilter`: soonest first, past talks latest first.

    Undated talks come after upcoming ones; they have their own filter.
    """
    if when in ("past", "all"):
        return ["-starts_at", "-pk"]
    return [F("starts_at").asc(nulls_last=True), "pk"]


class MineFilter(_ChoicesFilter):
    """One's own series, for administrators, who otherwise see everything."""

    title = _("organizer")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> _Choices:
        return [("mine", _("My series"))] if administers(request.user) else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Talk]) -> QuerySet[Talk]:
        if self.value() != "mine":
            return queryset
        own = user_of(request).organised_series.values("pk")
        joint = Talk.objects.filter(co_series__in=own).values("pk")
        return queryset.filter(Q(series__in=own) | Q(pk__in=joint))


class SeriesFilter(_ChoicesFilter):
    """One of the person's series; administrators get the first ones by name."""

    title = _("series")
    parameter_name = "series"

    def lookups(self, request: HttpRequest, model_admin: Any) -> _Choices:
        series = own_series(user_of(request)).order_by("name").values_list("pk", "name")
        chosen = request.GET.get(self.parameter_name, "")
        shown = list(series[:MAX_SERIES])
        if chosen.isdecimal() and len(chosen) < 19 and int(chosen) not in dict(shown):
            shown += series.filter(pk=int(chosen))
        return [(str(pk), name) for pk, name in shown]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Talk]) -> QuerySet[Talk]:
        chosen = self.value()
        if chosen is None:
            return queryset
        joint = Talk.objects.filter(co_series=int(chosen)).values("pk")
        return queryset.filter(Q(series=int(chosen)) | Q(pk__in=joint))


class TermFilter(_ChoicesFilter):
    title = _("term")
    parameter_name = "term"

    def lookups(self, request: HttpRequest, model_admin: Any) -> _Choices:
        offered = list(terms.around(timezone.localdate()))
        chosen = terms.Term.parse(request.GET.get(self.parameter_name, ""))
        if chosen is not None and chosen not in offered:
            offered.append(chosen)
        return [(term.value, str(term)) for term in offered]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Talk]) -> QuerySet[Talk]:
        term = terms.Term.parse(self.value() or "")
        if term is None:
            return queryset
        return queryset.filter(date__gte=term.starts, date__lt=term.shifted(1).starts)


class MissingFilter(_ChoicesFilter):
    title = _("missing details")
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> _Choices:
        gaps = missing.gaps(timezone.now())
        return [
            ("any", _("Any")),
            *((name, capfirst(str(gap.label))) for name, gap in gaps.items()),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Talk]) -> QuerySet[Talk]:
        now = timezone.now()
        if self.value() is None:
            return queryset
        if self.value() == "any":
            return queryset.filter(missing.any_gap(now))
        return queryset.filter(missing.gaps(now)[str(self.value())].rule)
