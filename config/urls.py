"""Every URL of the site."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from accounts import confirm_code, sessions
from config import checks, health  # noqa: F401  (checks registers the checks)

# Staff sign in where everyone does, so that the same limits on wrong passwords apply.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign, no-untyped-call]

handler400 = "seminars.views.errors.bad_request"
handler403 = "seminars.views.errors.permission_denied"
handler404 = "seminars.views.errors.not_found"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("accounts/sessions/<int:pk>/end/", sessions.end, name="usersessions_end"),
    # Replaces allauth's own page at the same address.
    path(
        "accounts/confirm-email/",
        confirm_code.confirm_code,
        name="account_email_verification_sent",
    ),
    path("accounts/", include("allauth.urls")),
    path("", include("seminars.urls")),
]
