"""The addresses of talks. None may ever change or be used again for something else."""

from django.urls import URLPattern, path, register_converter

from seminars.formats import FORMATS
from seminars.views import feeds, public, theme


class IdConverter:
    """A row's id: a number that both databases can hold."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(IdConverter, "id")

urlpatterns: list[URLPattern] = [
    path("", public.home, name="home"),
    path("talks/", public.talks, name="talks"),
    path("talks/<id:pk>/", public.talk, name="talk-by-id"),
    path("talks/<id:pk>/<slug:slug>/", public.talk, name="talk"),
    path("theme.css", theme.theme, name="theme"),
]

for suffix in FORMATS:
    urlpatterns += [
        path(f"talks.{suffix}", feeds.talks, {"suffix": suffix}, name=f"talks.{suffix}"),
        path(f"talks/<id:pk>.{suffix}", feeds.talk, {"suffix": suffix}, name=f"talk.{suffix}"),
    ]
