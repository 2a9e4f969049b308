"""Addresses that programs know of every site (RFC 8615)."""

from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from seminars.views.caching import read_only
from seminars.views.feeds import PLAIN


@read_only
def change_password(request: HttpRequest) -> HttpResponse:
    """Redirect password managers to the page where people change their password."""
    return redirect("account_change_password")


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Tell where to report a vulnerability (RFC 9116).

    It expires a year after the beginning of the month; RFC 9116 recommends no later date.
    """
    now = timezone.now().astimezone(UTC)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {datetime(now.year + 1, now.month, 1, tzinfo=UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {settings.LANGUAGE_CODE}",
        f"Canonical: {settings.SITE_URL}{request.path}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type=PLAIN)
