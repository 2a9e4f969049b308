"""Whom to ask about a talk, and what it costs: said by a series, and by a talk where it differs."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Contact(models.Model):
    contact_name = models.CharField(_("contact"), max_length=200, blank=True)
    contact_phone = models.CharField(_("telephone"), max_length=50, blank=True)
    contact_email = models.EmailField(
        _("contact’s e-mail address"), blank=True, help_text=_("Shown on the talk’s page.")
    )
    cost = models.CharField(
        _("cost"), max_length=200, blank=True, help_text=_("In your words, such as “free”.")
    )

    class Meta:
        abstract = True
