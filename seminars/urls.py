"""The addresses of talks. None may ever change or be used again for something else."""

from django.urls import URLPattern, path, register_converter

from seminars.formats import FORMATS
from seminars.listings.subjects import KINDS
from seminars.planitpurple import FORMATS as OLD_FORMATS
from seminars.planitpurple import views as old_feeds
from seminars.views import (
    calendar,
    crawlers,
    embed,
    feed_keys,
    feeds,
    indexes,
    me,
    pictures,
    public,
    subjects,
    theme,
    well_known,
)
from seminars.views.caching import framed, shared
from seminars.views.groups import (
    add_talk,
    following,
    history,
    invitations,
    mail,
    pages,
    people,
    talks,
)


class IdConverter:
    """A row's id: a number that both databases can hold."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class YearConverter:
    """A year that has a calendar: 1800 to 2200."""

    regex = "1[89][0-9]{2}|2[01][0-9]{2}|2200"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class MonthConverter:
    """A month's number in two digits; with one it leads to the page of that with two."""

    regex = "0?[1-9]|1[0-2]"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:02}"


register_converter(IdConverter, "id")
register_converter(YearConverter, "year")
register_converter(MonthConverter, "month")

urlpatterns: list[URLPattern] = [
    path("", shared(public.home), name="home"),
    path("talks/", shared(public.talks), name="talks"),
    path("talks/<id:pk>/", shared(public.talk), name="talk-by-id"),
    path("talks/<id:pk>/add/", add_talk.add, name="talk-add"),
    path("talks/<id:pk>/card-<slug:version>.png", pictures.talk, name="talk-card"),
    path("talks/<id:pk>/<slug:slug>/", shared(public.talk), name="talk"),
    path("calendar/", shared(calendar.page), name="calendar"),
    path("calendar/<year:year>/<month:month>/", shared(calendar.page), name="calendar-month"),
    path("groups/", pages.groups, name="groups"),
    path("groups/new/", pages.new, name="group-new"),
    path("groups/<slug:slug>/", pages.group, name="group"),
    path("groups/<slug:slug>/edit/", pages.edit, name="group-edit"),
    path("groups/<slug:slug>/picture-<slug:version>.webp", pictures.group, name="group-picture"),
    path("groups/<slug:slug>/address/", pages.address, name="group-address"),
    path("groups/<slug:slug>/token/", pages.token, name="group-token"),
    path("groups/<slug:slug>/delete/", pages.delete, name="group-delete"),
    path("groups/<slug:slug>/leave/", people.leave, name="group-leave"),
    path("groups/<slug:slug>/join/", people.join, name="group-join"),
    path("groups/<slug:slug>/wishes/<id:pk>/", people.join_request, name="group-join-request"),
    path("groups/<slug:slug>/people/", people.people, name="group-people"),
    path("groups/<slug:slug>/people/<id:pk>/", people.person, name="group-person"),
    path("groups/<slug:slug>/invite/", people.invite, name="group-invite"),
    path("groups/<slug:slug>/links/", people.link, name="group-link"),
    path("groups/<slug:slug>/invitations/<id:pk>/", people.invitation, name="group-invitation"),
    path("groups/<slug:slug>/letter/", mail.message, name="group-message"),
    path("groups/<slug:slug>/mail/", mail.settings, name="group-mail"),
    path("mail/stop/<slug:key>/", mail.unsubscribe, name="group-unsubscribe"),
    path("groups/<slug:slug>/talks/", talks.add, name="group-add"),
    path("groups/<slug:slug>/talks/<id:pk>/", talks.talk, name="group-talk"),
    path("groups/<slug:slug>/history/", history.history, name="group-history"),
    path("groups/<slug:slug>/history/<id:pk>/undo/", history.undo, name="group-undo"),
    path("invitations/<slug:key>/", invitations.invited, name="group-invited"),
    path("groups/<slug:slug>/follows/", following.follows, name="group-follows"),
    path("groups/<slug:slug>/follows/<id:pk>/remove/", following.remove, name="group-unfollow"),
    path("groups/<slug:slug>/talks/<id:pk>/in/", following.restore, name="group-restore"),
    path("me/", me.me, name="me"),
    path("me/follow/", following.choose, name="me-follow"),
    path("me/addresses/", feed_keys.reset, name="feed-key-reset"),
    path("xmlfeed", shared(old_feeds.feed), {"form": "xml"}, name="old-feed"),
    path("event/<id:event>", old_feeds.event, name="old-event"),
    path("event/<id:event>/", old_feeds.event, name="old-event-slash"),
    path("event/<id:event>/<str:code>", old_feeds.event, name="old-event-code"),
    path("event/<id:event>/<str:code>/", old_feeds.event, name="old-event-code-slash"),
    path("calendar/<id:calendar>", old_feeds.calendar_page, name="old-calendar"),
    path("calendar/<id:calendar>/", old_feeds.calendar_page, name="old-calendar-slash"),
    path("feed/<id:feed>", old_feeds.feed_page, name="old-feed-page"),
    path("feed/<id:feed>/", old_feeds.feed_page, name="old-feed-page-slash"),
    path("oembed", shared(embed.oembed), name="oembed"),
    path("embed/seminars.js", shared(embed.script), name="embed-script"),
    path("theme.css", shared(theme.theme), name="theme"),
    path("card-<slug:version>.png", pictures.site, name="site-card"),
    path("icon.svg", shared(pictures.icon_svg), name="icon"),
    path("favicon.ico", shared(pictures.favicon), name="favicon"),
    path("apple-touch-icon.png", shared(pictures.touch_icon), name="touch-icon"),
    path(
        ".well-known/change-password", well_known.change_password, name="well-known-change-password"
    ),
    path(".well-known/security.txt", shared(well_known.security), name="well-known-security"),
    path("robots.txt", shared(crawlers.robots), name="robots"),
    path("sitemap.xml", shared(crawlers.sitemap), name="sitemap"),
    path("sitemap-<slug:kind>-<id:part>.xml", shared(crawlers.part), name="sitemap-part"),
]

for kind in KINDS:
    page, only = shared(subjects.page), {"kind": kind}
    index = path(f"{kind.folder}/", shared(indexes.index), only, name=kind.index_name)
    if kind.has_slug_key:
        pages_of_kind = [path(f"{kind.route}/", page, only, name=kind.name)]
    else:
        # The slug follows the name, so the address with the id alone leads to the current one.
        pages_of_kind = [
            path(f"{kind.route}/", page, only, name=f"{kind.name}-by-id"),
            path(f"{kind.route}/<slug:slug>/", page, only, name=kind.name),
        ]
    urlpatterns += [index, *pages_of_kind]

for suffix in FORMATS:
    urlpatterns += [
        *(
            path(
                f"{kind.route}.{suffix}",
                shared(subjects.feed),
                {"kind": kind, "suffix": suffix},
                name=f"{kind.name}.{suffix}",
            )
            for kind in KINDS
        ),
        path(f"talks.{suffix}", shared(feeds.talks), {"suffix": suffix}, name=f"talks.{suffix}"),
        path(
            f"talks/<id:pk>.{suffix}", shared(feeds.talk), {"suffix": suffix}, name=f"talk.{suffix}"
        ),
        path(
            f"groups/<slug:slug>.{suffix}",
            shared(pages.feed),
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
for form in OLD_FORMATS:
    old_feed = shared(old_feeds.feed)
    urlpatterns.append(
        path(
            f"feed/{form}/<id:feed>",
            framed(old_feed) if form == "html" else old_feed,
            {"form": form},
            name=f"old-feed.{form}",
        )
    )

_EMBEDDED = [
    *((f"{kind.route}/", kind.name) for kind in KINDS),
    *((f"{kind.route}/<slug:slug>/", kind.name) for kind in KINDS if not kind.has_slug_key),
    *(("talks/", "talks"), ("groups/<slug:slug>/", "group")),
    *(("talks/<id:pk>/", "talk"), ("talks/<id:pk>/<slug:slug>/", "talk")),
]
urlpatterns += [
    path(
        f"embed/{place}",
        framed(shared(embed.listing)),
        {"name": name},
        name=f"embed.{name}",
    )
    for place, name in _EMBEDDED
]
