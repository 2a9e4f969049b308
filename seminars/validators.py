"""Validators of single values, each with its error message."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.utils.translation import gettext_lazy as _

from seminars import clock

#: Links that are safe to follow; `javascript:` and similar schemes are refused.
web_address = URLValidator(
    schemes=["http", "https"],
    message=_("Enter a full web address that starts with https:// or http://."),
)

hex_color = RegexValidator(
    re.compile(r"\A#[0-9a-f]{6}\Z"), _("Enter a color as # and six digits, such as #1f6f8b.")
)

orcid_form = RegexValidator(
    re.compile(r"\A\d{4}-\d{4}-\d{4}-\d{3}[\dX]\Z"),
    _("Enter four groups of four digits, such as 0000-0002-1825-0097."),
)

#: The syntax of a language tag (RFC 5646, section 2.1), not checked against the registry.
language_tag = RegexValidator(
    re.compile(r"\A[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z"),
    _("Choose a language."),
)


def time_zone(value: str) -> None:
    """Raise ValidationError unless the value is the name of an IANA time zone."""
    if value not in clock.zones():
        raise ValidationError(
            _("“%(zone)s” isn’t a time zone. Enter one such as America/Chicago or Europe/London."),
            code="zone",
            params={"zone": value},
        )
