"""Personal feeds, which a key opens, and getting a key."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_POST

from accounts.models import FeedKey, Group
from accounts.services import GroupError, replace_key
from seminars.filters import BadFilterError, Filters
from seminars.listings import Listing
from seminars.views.feeds import PLAIN, Answer, feed_of
from seminars.views.requests import SignedInRequest
from seminars.views.sharing import read_only


@read_only
@conditional_page
def feed(request: HttpRequest, key: str, suffix: str) -> HttpResponse:
    """The talks of a group, or of all groups of the key's owner, as that person may see them.

    The key stands for its owner's sign-in, so join links for people who are signed in are in it;
    drafts are not, as in no feed.
    """
    opened = FeedKey.objects.opened_by(key)
    if opened is None:
        # In plain text: the site's own page would repeat the address, and so the key.
        sentence = _("There is no such calendar. Its address may have been replaced.")
        return keep_private(HttpResponse(sentence + "\n", status=404, content_type=PLAIN))
    now = timezone.now()
    try:
        filters = Filters.read(request.GET)
        if opened.group:
            listing = Listing.of_group(
                opened.group, filters=filters, now=now, viewer=opened.user, key=opened
            )
        else:
            listing = Listing.of_person(opened.user, filters=filters, now=now, key=opened)
    except BadFilterError as wrong:
        return keep_private(HttpResponse(wrong.sentence + "\n", status=400, content_type=PLAIN))
    return keep_private(feed_of(suffix, listing, name="my-talks"))


def keep_private(answer: Answer) -> Answer:
    """The answer, not to be kept by shared caches, found by searches, or named to other sites."""
    patch_cache_control(answer, private=True)
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@require_POST
@login_required
def replace(request: SignedInRequest) -> HttpResponse:
    """Makes a key, in place of the one there was: to the group of this slug, or to all of mine."""
    slug = request.POST.get("group", "")
    group = Group.objects.of(request.user).at([slug]).first() if slug else None
    if slug and group is None:
        raise Http404
    try:
        replace_key(user=request.user, group=group)
    except GroupError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Here is a new address. The one before opens nothing now."))
    return redirect(reverse("me") + "#addresses")
