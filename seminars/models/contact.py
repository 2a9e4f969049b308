"""The contact and cost of a series, and of talks that differ from it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Contact(models.Model):
    """The fields that series and talks share."""

    contact_name = models.CharField(_("contact"), max_length=200, blank=True)
    contact_phone = models.CharField(_("phone"), max_length=50, blank=True)
    contact_email = models.EmailField(
        _("contact email"), blank=True, help_text=_("Shown on the talk’s page.")
    )
    cost = models.CharField(
        _("cost"), max_length=200, blank=True, help_text=_("For example, “Free”.")
    )

    class Meta:
        abstract = True
