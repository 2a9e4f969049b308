"""Middleware that keeps the pages under /accounts/ out of every cache."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

GetResponse = Callable[[HttpRequest], HttpResponse]


def private_pages(get_response: GetResponse) -> GetResponse:
    """Add `Cache-Control: no-store, private` to every page under /accounts/."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path_info.startswith("/accounts/"):
            add_never_cache_headers(response)
        return response

    return middleware
