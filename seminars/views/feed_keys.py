"""Personal feeds, which a key opens, and getting a key."""

import hashlib
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import FeedKey, Group
from accounts.services import RefusedError, replace_key
from seminars.cache import encodings, revision
from seminars.cache.store import Store
from seminars.listings.filters import BadFilterError, Filters
from seminars.listings.listing import Listing
from seminars.views.caching import read_only
from seminars.views.confirm import ask
from seminars.views.feeds import PLAIN, Response, feed_of
from seminars.views.requests import SignedInRequest

# Two changes in one second have one date (RFC 9110, section 8.8.2.2), so none is given yet.
_SETTLED = timedelta(seconds=3)


@read_only
def feed(request: HttpRequest, key: str, suffix: str) -> HttpResponse:
    """The talks of a group, or of all groups of the key's owner, as that person may see them.

    The key stands for its owner's sign-in, so join links for people who are signed in are in it;
    drafts are not, as in no feed.
    """
    opened = FeedKey.objects.find_by_key(key)
    if opened is None:
        # In plain text: the site's own page would repeat the address, and so the key.
        sentence = _("There is no such calendar. Its link may have been reset.")
        return keep_private(HttpResponse(sentence + "\n", status=404, content_type=PLAIN))
    return keep_private(_conditional(request, opened, suffix))


@cache
def _sent(megabytes: int) -> Store[str]:
    """The ETags of what was sent last, so that nothing is built for who asks again and has it."""
    return Store(megabytes * 1024 * 1024 // 16)


def _conditional(request: HttpRequest, opened: FeedKey, suffix: str) -> HttpResponse:
    """The feed, compressed where that is understood; 304 to who has it.

    Public answers have an ETag of the data's state. This one's is made of its bytes, so that an
    edit elsewhere sends nobody's calendar anew.
    """
    now = timezone.now()
    state = revision.state(now)
    encoding = encodings.best(request.headers.get("Accept-Encoding", ""))
    place = (opened.pk, request.get_full_path(), encoding, state.token, state.slot)
    since = int(state.since.timestamp()) if now - state.since > _SETTLED else None
    sent = _sent(settings.PAGE_CACHE_MB)
    etag = sent.get(place)
    answer = get_conditional_response(request, etag=etag, last_modified=since) if etag else None
    if etag is None or answer is None:
        built = _built(request, opened, suffix, now)
        if built.status_code != 200:
            return built
        etag = f'"{hashlib.sha256(built.content).hexdigest()[:40]}-{encoding}"'
        sent.put(place, etag, size=len(etag))
        _compress(built, encoding)
        answer = get_conditional_response(request, etag=etag, last_modified=since, response=built)
        answer = answer or built
    answer["ETag"] = etag
    if since is not None:
        answer["Last-Modified"] = http_date(since)
    return answer


def _built(request: HttpRequest, opened: FeedKey, suffix: str, now: datetime) -> HttpResponse:
    try:
        filters = Filters.read(request.GET)
        if opened.group:
            listing = Listing.of_group(
                opened.group, filters=filters, now=now, viewer=opened.user, key=opened
            )
        else:
            listing = Listing.of_person(opened.user, filters=filters, now=now, key=opened)
    except BadFilterError as wrong:
        return HttpResponse(wrong.sentence + "\n", status=400, content_type=PLAIN)
    return feed_of(suffix, listing, name="my-talks")


def _compress(answer: HttpResponse, encoding: str) -> None:
    if encoding != "identity" and len(answer.content) >= encodings.MIN_SIZE:
        answer.content = encodings.compressed(answer.content, encoding)
        answer["Content-Encoding"] = encoding
    answer["Content-Length"] = str(len(answer.content))


def keep_private(answer: Response) -> Response:
    """The answer, not to be kept by shared caches, found by searches, or named to other sites."""
    patch_cache_control(answer, private=True)
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def replace(request: SignedInRequest) -> HttpResponse:
    """Makes a key to the group of this slug, or to all of mine; asks before it ends one."""
    sent = request.POST if request.method == "POST" else request.GET
    slug = sent.get("group", "")
    group = Group.objects.of(request.user).with_slugs([slug]).first() if slug else None
    if slug and group is None:
        raise Http404
    mine = reverse("me") + "#addresses"
    has_key = FeedKey.objects.filter(user=request.user, membership__group=group).exists()
    if has_key:
        if "sure" not in request.POST:
            return _ask(request, group, back=mine)
    elif request.method != "POST":
        return redirect(mine)
    try:
        replace_key(user=request.user, group=group)
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request,
            _("Your calendar link was reset. The old one no longer works.")
            if has_key
            else _("Your calendar link is ready."),
        )
    return redirect(mine)


def _ask(request: SignedInRequest, group: Group | None, *, back: str) -> HttpResponse:
    return ask(
        request,
        _("Reset the calendar link for “%(name)s”?") % {"name": group.name}
        if group
        else _("Reset the calendar link for all your groups?"),
        _(
            "Calendars that use the current link, on your phone and elsewhere, will stop"
            " updating until you give them the new one. This can’t be undone."
        ),
        button=_("Reset link"),
        back=back,
        sent={"group": group.slug if group else "", "sure": "1"},
    )
