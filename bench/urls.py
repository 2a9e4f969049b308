"""The site's addresses, and `/bench/constant`: bytes that cost nothing but the middleware."""

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

SIZE = 20_480


@cache
def body(size: int) -> bytes:
    return (b"0123456789abcde\n" * (size // 16 + 1))[:size]


def constant(request: HttpRequest, size: int = SIZE) -> HttpResponse:
    """An empty view: `C` with 20 kB, or as many bytes as another answer has."""
    return HttpResponse(body(size))


urlpatterns = [
    path("bench/constant", constant),
    path("bench/constant/<int:size>", constant),
    path("", include("config.urls")),
]
