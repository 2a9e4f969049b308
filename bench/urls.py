"""The site's addresses, and `/bench/constant`: 20 kB that cost nothing but the middleware."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

BODY = b"<!doctype html>" + b"0123456789abcde\n" * 1280


def constant(request: HttpRequest) -> HttpResponse:
    return HttpResponse(BODY)


urlpatterns = [path("bench/constant", constant), path("", include("config.urls"))]
