"""Personal feeds, and creating and resetting their keys."""

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
from seminars.views.feeds import Response, feed_of, plain_text, refusal
from seminars.views.requests import SignedInRequest

# A second change in the same second would have the same date (RFC 9110, section 8.8.2.2), so a
# recent change gets no date.
_MIN_AGE = timedelta(seconds=3)


@read_only
def feed(request: HttpRequest, key: str, suffix: str) -> HttpResponse:
    """The talks of a group, or of all groups of the key's owner, as that person may see them.

    The key replaces signing in, so the feed includes join links for signed-in people; like all
    feeds, it omits drafts.
    """
    feed_key = FeedKey.objects.find_by_key(key)
    if feed_key is None:
        # In plain text, because the site's own page would repeat the address, and so the key.
        sentence = _("There is no such calendar. Its link may have been reset.")
        return keep_private(plain_text(sentence, 404))
    return keep_private(_conditional_response(request, feed_key, suffix))


@cache
def _etags(megabytes: int) -> Store[str]:
    """Cache the ETags of recent responses, so that a client that has one costs no rendering."""
    return Store(megabytes * 1024 * 1024 // 16)


def _conditional_response(request: HttpRequest, key: FeedKey, suffix: str) -> HttpResponse:
    """Return the feed, compressed if the client accepts that, or 304 if it has the feed already.

    Public feeds have ETags of the revision. Those of personal feeds are hashes of their bytes, so
    that a client need not read its feed again after a change to another group.
    """
    now = timezone.now()
    state = revision.state(now)
    encoding = encodings.best(request.headers.get("Accept-Encoding", ""))
    cache_key = (key.pk, request.get_full_path(), encoding, state.token, state.slot)
    since = int(state.since.timestamp()) if now - state.since > _MIN_AGE else None
    etags = _etags(settings.PAGE_CACHE_MB)
    etag = etags.get(cache_key)
    response = get_conditional_response(request, etag=etag, last_modified=since) if etag else None
    if etag is None or response is None:
        built = _build(request, key, suffix, now)
        if built.status_code != 200:
            return built
        etag = f'"{hashlib.sha256(built.content).hexdigest()[:40]}-{encoding}"'
        etags.put(cache_key, etag, size=len(etag))
        _compress(built, encoding)
        response = get_conditional_response(request, etag=etag, last_modified=since, response=built)
        response = response or built
    response["ETag"] = etag
    if since is not None:
        response["Last-Modified"] = http_date(since)
    return response


def _build(request: HttpRequest, key: FeedKey, suffix: str, now: datetime) -> HttpResponse:
    try:
        filters = Filters.read(request.GET)
        if key.group:
            listing = Listing.of_group(
                key.group, filters=filters, now=now, viewer=key.user, key=key
            )
        else:
            listing = Listing.of_person(key.user, filters=filters, now=now, key=key)
    except BadFilterError as error:
        return refusal(error)
    return feed_of(suffix, listing, name="my-talks")


def _compress(response: HttpResponse, encoding: str) -> None:
    if encoding != "identity" and len(response.content) >= encodings.MIN_SIZE:
        response.content = encodings.compressed(response.content, encoding)
        response["Content-Encoding"] = encoding
    response["Content-Length"] = str(len(response.content))


def keep_private(response: Response) -> Response:
    """Keep a response out of shared caches, search engines and other sites' logs."""
    patch_cache_control(response, private=True)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def reset(request: SignedInRequest) -> HttpResponse:
    """Create a key to the group with this slug, or to all of the user's groups; resetting an
    existing one needs a confirmation.
    """
    params = request.POST if request.method == "POST" else request.GET
    slug = params.get("group", "")
    group = Group.objects.of(request.user).with_slugs([slug]).first() if slug else None
    if slug and group is None:
        raise Http404
    links = reverse("me") + "#addresses"
    has_key = FeedKey.objects.filter(user=request.user, membership__group=group).exists()
    if has_key and "confirmed" not in request.POST:
        return _ask_to_reset(request, group, back=links)
    if has_key or request.method == "POST":
        _replace_key(request, group, has_key=has_key)
    return redirect(links)


def _replace_key(request: SignedInRequest, group: Group | None, *, has_key: bool) -> None:
    try:
        replace_key(user=request.user, group=group)
    except RefusedError as error:
        messages.error(request, str(error))
    else:
        reset, created = (
            _("Your calendar link was reset. The old one no longer works."),
            _("Your calendar link is ready."),
        )
        messages.success(request, reset if has_key else created)


def _ask_to_reset(request: SignedInRequest, group: Group | None, *, back: str) -> HttpResponse:
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
        sent={"group": group.slug if group else "", "confirmed": "1"},
    )
