"""The site's URLs, and `/bench/constant`: bytes that cost nothing but the middleware."""

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

SIZE = 20_480


@cache
def body(size: int) -> bytes:
    return (b"0123456789abcde\n" * (size // 16 + 1))[:size]


def constant(request: HttpRequest, size: int = SIZE) -> HttpResponse:
    """Return `C`, 20 kB, or as many bytes as the response it is compared with."""
    return HttpResponse(body(size))


urlpatterns = [
    path("bench/constant", constant),
    path("bench/constant/<int:size>", constant),
    path("", include("config.urls")),
]
