"""Every address of the site; urls.md of the design says which may never change."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("seminars.urls")),
]
