"""Every address of the site; urls.md of the design says which may never change."""

from django.contrib import admin
from django.urls import include, path

from config import checks  # noqa: F401  (registers the checks)

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("seminars.urls")),
]
