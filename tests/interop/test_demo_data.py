"""All readers agree on the calendar of the demonstration data, with all its time zones."""

import datetime

import pytest

from seminars.demo.fill import fill
from seminars.formats import FORMATS
from seminars.listings.filters import Filters, When
from seminars.listings.listing import Listing
from tests.interop.readers import Reader
from tests.interop.talks import expected

NOW = datetime.datetime(2026, 3, 4, 16, 20, tzinfo=datetime.UTC)


@pytest.mark.once
@pytest.mark.django_db
def test_the_demonstrations_calendar(read: Reader) -> None:
    fill(now=NOW)
    listing = Listing.find(filters=Filters(when=When.ALL), now=NOW)
    talks = list(listing.for_feed())
    assert len(talks) > 50
    assert read(FORMATS["ics"].render(listing, talks)) == expected(talks, NOW)
