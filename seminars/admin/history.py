"""The history page of a row, and restoring earlier versions."""

import difflib
import re
from collections.abc import Iterable
from typing import Any, Generic

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from seminars.admin.rights import Row, user_of
from seminars.models import Version
from seminars.services import history, restoring, snapshots
from seminars.services.errors import RefusedError

#: Longer texts are compared line by line, because comparing words takes quadratic time.
_MAX_WORDS = 4000


def mark_differences(before: str, after: str) -> tuple[SafeString, SafeString]:
    """Return both texts, with deleted parts in `del` and inserted ones in `ins`."""
    old, new = _split_words(before), _split_words(after)
    if len(old) + len(new) > _MAX_WORDS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    left: list[tuple[str, str]] = []
    right: list[tuple[str, str]] = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left.append(("" if kind == "equal" else "del", "".join(old[i:j])))
        right.append(("" if kind == "equal" else "ins", "".join(new[k:m])))
    return _join_tagged(left), _join_tagged(right)


def _split_words(text: str) -> list[str]:
    return re.findall(r"\s+|[^\s]+", text)


def _join_tagged(parts: Iterable[tuple[str, str]]) -> SafeString:
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<{0}>{1}</{0}>", tag, text) if tag else text,)
            for tag, text in parts
            if text
        ),
    )


class WithHistory(admin.ModelAdmin[Row], Generic[Row]):
    """Adds a history for people who may view a row, and restoring for those who may change it."""

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_restore"
        view = self.admin_site.admin_view(self.restore_view)
        return [path("<int:pk>/history/<int:number>/", view, name=name), *super().get_urls()]

    def hidden_fields(self, row: Row) -> frozenset[str]:
        """Return the fields of the row that the person who requested it may not read."""
        return frozenset()

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the versions and what each changed, newest first."""
        row = self._row(request, object_id)
        entries = [
            (
                entry,
                [(one.label, *mark_differences(one.before, one.after)) for one in entry.changes],
            )
            for entry in history.history(row, hidden=self.hidden_fields(row))  # type: ignore[arg-type]
        ]
        context = self._context(request, row) | {"title": _("History"), "entries": entries}
        return render(request, "admin/seminars/history.html", context)

    def restore_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Show what restoring a version would change, and restore it by POST."""
        row = self._row(request, str(pk))
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        kind = snapshots.kind(row)  # type: ignore[arg-type]
        version = Version.objects.filter(subject=kind, subject_id=pk, number=number).first()
        if version is None:
            raise Http404
        if request.method == "POST":
            return self._restore(request, version, pk)
        entry = next(
            (one for one in history.history(row) if one.number == number),  # type: ignore[arg-type]
            None,
        )
        now = history.differences(
            type(row),
            snapshots.of(row),  # type: ignore[arg-type]
            version.data,
            hidden=self.hidden_fields(row),
        )
        context = self._context(request, row) | {
            "title": _("Restore this version?"),
            "entry": entry,
            "version": version,
            "changes": [(one.label, *mark_differences(one.before, one.after)) for one in now],
        }
        return render(request, "admin/seminars/restore.html", context)

    def _restore(self, request: HttpRequest, version: Version, pk: int) -> HttpResponse:
        try:
            restored = restoring.restore(version=version, by=user_of(request), now=timezone.now())
        except RefusedError as why:
            self.message_user(request, str(why), messages.ERROR)
        else:
            for note in restored.notes:
                self.message_user(request, note, messages.WARNING)
            self.message_user(
                request, _("The earlier version has been restored."), messages.SUCCESS
            )
        return HttpResponseRedirect(self.address("change", pk))

    def address(self, page: str, *args: object) -> str:
        """Return the address of one of this model's pages."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)

    def _row(self, request: HttpRequest, key: str) -> Row:
        row = self.get_object(request, key)
        if row is None:
            raise Http404
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        return row

    def _context(self, request: HttpRequest, row: Row) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {
            "opts": self.opts,
            "original": row,
            "may_change": self.has_change_permission(request, row),
        }
