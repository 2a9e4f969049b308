"""The addresses of talks. None may ever change or be used again for something else."""

from django.urls import URLPattern, path, register_converter

from seminars.formats import FORMATS
from seminars.views import adding, feed_keys, feeds, groups, me, public, theme


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
    path("talks/<id:pk>/add/", adding.add, name="talk-add"),
    path("talks/<id:pk>/<slug:slug>/", public.talk, name="talk"),
    path("groups/", groups.groups, name="groups"),
    path("groups/new/", groups.new, name="group-new"),
    path("groups/<slug:slug>/", groups.group, name="group"),
    path("groups/<slug:slug>/edit/", groups.edit, name="group-edit"),
    path("groups/<slug:slug>/delete/", groups.delete, name="group-delete"),
    path("groups/<slug:slug>/leave/", groups.leave, name="group-leave"),
    path("me/", me.me, name="me"),
    path("me/addresses/", feed_keys.replace, name="feed-key-replace"),
    path("theme.css", theme.theme, name="theme"),
]

for suffix in FORMATS:
    urlpatterns += [
        path(f"talks.{suffix}", feeds.talks, {"suffix": suffix}, name=f"talks.{suffix}"),
        path(f"talks/<id:pk>.{suffix}", feeds.talk, {"suffix": suffix}, name=f"talk.{suffix}"),
        path(
            f"groups/<slug:slug>.{suffix}", groups.feed, {"suffix": suffix}, name=f"group.{suffix}"
        ),
        path(
            f"feeds/<slug:key>.{suffix}",
            feed_keys.feed,
            {"suffix": suffix},
            name=f"feed-key.{suffix}",
        ),
    ]
