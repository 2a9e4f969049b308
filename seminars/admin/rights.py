"""Who may do what in the administration; Django's permission tables are not used."""

from typing import Any, Generic, TypeVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from accounts.models import User
from seminars.models import Series
from seminars.querysets import administers, organizes

Row = TypeVar("Row", bound=models.Model)


def user_of(request: HttpRequest) -> User:
    """Return the signed-in user; the administration requires one."""
    if not isinstance(request.user, User):
        raise TypeError("No one is signed in.")
    return request.user


def own_series(user: User) -> models.QuerySet[Series]:
    """Return the series whose talks this person may edit: all, for administrators."""
    if administers(user):
        return Series.objects.all()
    return Series.objects.filter(organisers=user) if organizes(user) else Series.objects.none()


class EditedByAdministrators(admin.ModelAdmin[Row], Generic[Row]):
    """Rows that staff may see and administrators may change."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return organizes(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return organizes(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return organizes(request.user) and administers(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return organizes(request.user) and administers(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return organizes(request.user) and administers(request.user)


class EditedByOrganizers(EditedByAdministrators[Row], Generic[Row]):
    """Shared rows that anyone who organizes a series may add and change.

    Only administrators may delete them.
    """

    def has_add_permission(self, request: HttpRequest) -> bool:
        return organizes(request.user) and own_series(user_of(request)).exists()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request)
