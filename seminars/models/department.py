"""Departments, which organize series."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from seminars import validators
from seminars.models.named import Named


class Department(Named):
    homepage = models.URLField(_("homepage"), blank=True, validators=[validators.web_address])

    class Meta(Named.Meta):
        verbose_name = _("department")
        verbose_name_plural = _("departments")

    def get_absolute_url(self) -> str:
        return reverse("department", args=[self.slug])
