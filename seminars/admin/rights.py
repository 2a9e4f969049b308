"""Who may do what in the administration: the site's own rules, not Django's permission tables."""

from typing import Any, Generic, TypeVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from accounts.models import User
from seminars.models import Series
from seminars.querysets import administers, organises

Row = TypeVar("Row", bound=models.Model)


def person(request: HttpRequest) -> User:
    """Who is signed in; the administration opens to nobody else."""
    if not isinstance(request.user, User):
        raise TypeError("Nobody is signed in.")
    return request.user


def own_series(user: User) -> models.QuerySet[Series]:
    """The series whose talks this person may edit: all of them, to an administrator."""
    if administers(user):
        return Series.objects.all()
    return Series.objects.filter(organisers=user) if organises(user) else Series.objects.none()


class ByAdministrators(admin.ModelAdmin[Row], Generic[Row]):
    """Rows that staff may see and administrators change."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return organises(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return organises(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return organises(request.user) and administers(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return organises(request.user) and administers(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return organises(request.user) and administers(request.user)


class ByOrganisers(ByAdministrators[Row], Generic[Row]):
    """Rows that all talks share: whoever organises a series may add and change them.

    Every change is in the history; taking one away is for administrators.
    """

    def has_add_permission(self, request: HttpRequest) -> bool:
        return organises(request.user) and own_series(person(request)).exists()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request)
