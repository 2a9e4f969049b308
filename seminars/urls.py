"""The addresses of talks. None may ever change or be used again for something else."""

from django.urls import URLPattern, path, register_converter

from seminars.formats import FORMATS
from seminars.models import Department, Series, Topic, Venue
from seminars.views import adding, feed_keys, feeds, groups, indexes, me, nouns, public, theme
from seminars.views.sharing import shared


class IdConverter:
    """A row's id: a number that both databases can hold."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(IdConverter, "id")

urlpatterns: list[URLPattern] = [
    path("", shared(public.home), name="home"),
    path("talks/", shared(public.talks), name="talks"),
    path("talks/<id:pk>/", shared(public.talk), name="talk-by-id"),
    path("talks/<id:pk>/add/", adding.add, name="talk-add"),
    path("talks/<id:pk>/<slug:slug>/", shared(public.talk), name="talk"),
    path("series/", shared(indexes.series), name="series-index"),
    path("series/<slug:slug>/", shared(nouns.series), name="series"),
    path("departments/", shared(indexes.departments), name="department-index"),
    path("departments/<slug:slug>/", shared(nouns.department), name="department"),
    path("topics/", shared(indexes.topics), name="topic-index"),
    path("topics/<slug:slug>/", shared(nouns.topic), name="topic"),
    path("venues/", shared(indexes.venues), name="venue-index"),
    path("venues/<slug:slug>/", shared(nouns.venue), name="venue"),
    path("speakers/", shared(indexes.speakers), name="speaker-index"),
    path("speakers/<id:pk>/", shared(nouns.speaker), name="speaker-by-id"),
    path("speakers/<id:pk>/<slug:slug>/", shared(nouns.speaker), name="speaker"),
    path("groups/", groups.groups, name="groups"),
    path("groups/new/", groups.new, name="group-new"),
    path("groups/<slug:slug>/", groups.group, name="group"),
    path("groups/<slug:slug>/edit/", groups.edit, name="group-edit"),
    path("groups/<slug:slug>/delete/", groups.delete, name="group-delete"),
    path("groups/<slug:slug>/leave/", groups.leave, name="group-leave"),
    path("me/", me.me, name="me"),
    path("me/addresses/", feed_keys.replace, name="feed-key-replace"),
    path("theme.css", shared(theme.theme), name="theme"),
]

_NOUNS = (
    ("series", "series", Series),
    ("departments", "department", Department),
    ("topics", "topic", Topic),
    ("venues", "venue", Venue),
)
for suffix in FORMATS:
    urlpatterns += [
        *(
            path(
                f"{place}/<slug:slug>.{suffix}",
                shared(nouns.feed),
                {"nouns": model.objects.all(), "suffix": suffix},
                name=f"{name}.{suffix}",
            )
            for place, name, model in _NOUNS
        ),
        path(
            f"speakers/<id:pk>.{suffix}",
            shared(nouns.speaker_feed),
            {"suffix": suffix},
            name=f"speaker.{suffix}",
        ),
        path(f"talks.{suffix}", shared(feeds.talks), {"suffix": suffix}, name=f"talks.{suffix}"),
        path(
            f"talks/<id:pk>.{suffix}", shared(feeds.talk), {"suffix": suffix}, name=f"talk.{suffix}"
        ),
        path(
            f"groups/<slug:slug>.{suffix}",
            shared(groups.feed),
            {"suffix": suffix},
            name=f"group.{suffix}",
        ),
        path(
            f"feeds/<slug:key>.{suffix}",
            feed_keys.feed,
            {"suffix": suffix},
            name=f"feed-key.{suffix}",
        ),
    ]
