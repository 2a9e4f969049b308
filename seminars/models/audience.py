"""Who talks are intended for."""

from django.utils.translation import gettext_lazy as _

from seminars.models.named import Named


class Audience(Named):
    class Meta(Named.Meta):
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
